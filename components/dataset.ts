import * as pulumi from "@pulumi/pulumi";
import { MODEL_VERSION, type DatasetSpec } from "../generator/spec";
import { TaskResource } from "./task-resource";

export interface DatasetArgs {
  spec: DatasetSpec;
  /** A new number loads the dataset again. */
  datasetVersion: number;
  stack: string;
  /** Whether a change that would replace the rows is refused. */
  protect: boolean;
}

/**
 * The synthetic dataset as a resource. Its inputs describe the shape, and its outputs are row counts and fingerprints.
 */
export class Dataset extends TaskResource<"Dataset"> {
  declare readonly counts: pulumi.Output<Record<string, number>>;
  declare readonly fingerprint: pulumi.Output<Record<string, string>>;
  declare readonly loadedFingerprint: pulumi.Output<Record<string, string>>;

  constructor(
    name: string,
    { spec, datasetVersion, stack, protect }: DatasetArgs,
    opts: pulumi.CustomResourceOptions = {},
  ) {
    // A change of these inputs gives other rows. The preview shows a replacement, because the existing rows are
    // deleted.
    const decisive = [...new Set([...Object.keys(spec), "columns", "datasetVersion", "modelVersion"])];
    const args = { ...spec, datasetVersion, modelVersion: MODEL_VERSION };
    super(
      "Dataset",
      name,
      args,
      ["counts", "fingerprint", "loadedFingerprint", "reportedFingerprint"],
      opts,
      {
        asksStale: true,
        actsAsOwner: true,
        replaceOn: decisive,
        ...(protect && { immutable: Object.fromEntries(decisive.map((key) => [key, keeps(key, stack)])) }),
      },
    );
    pulumi.all([this.fingerprint, this.loadedFingerprint]).apply(([now, loaded]) => {
      const changed = Object.keys(loaded).filter((table) => now[table] !== loaded[table]);
      if (changed.length === 0) return;
      void pulumi.log.warn(
        `The rows of ${changed.join(", ")} have changed since they were generated. ` +
          "They are kept. To load the dataset again, raise chat-perf:datasetVersion.",
        this,
      );
    });
  }
}

/** The message when an input of a protected stack changes. */
function keeps(input: string, stack: string): string {
  const what =
    input === "modelVersion"
      ? "This version of the program generates other rows"
      : `chat-perf:${input} has changed`;
  return (
    `${what}, and stack "${stack}" is protected (chat-perf:protect is true), so its dataset is not replaced. ` +
    `Run \`pulumi config set protect false -s ${stack}\` first, or undo the change.`
  );
}
