import * as pulumi from "@pulumi/pulumi";
import { MODEL_VERSION, type DatasetSpec } from "../generator/spec";
import { TaskResource } from "./task-resource";

export interface DatasetArgs {
  spec: DatasetSpec;
  /** Raised to have the dataset loaded anew. */
  datasetVersion: number;
  stack: string;
  /** Whether other rows are refused, as the present ones would go. */
  protect: boolean;
}

/** The synthetic dataset as a resource: its shape goes in, row counts and fingerprints come out. */
export class Dataset extends TaskResource<"Dataset"> {
  declare readonly counts: pulumi.Output<Record<string, number>>;
  declare readonly fingerprint: pulumi.Output<Record<string, string>>;
  declare readonly loadedFingerprint: pulumi.Output<Record<string, string>>;

  constructor(
    name: string,
    { spec, datasetVersion, stack, protect }: DatasetArgs,
    opts: pulumi.CustomResourceOptions = {},
  ) {
    // Other rows are another dataset: the preview says "replace", because the present rows go.
    const decisive = [...Object.keys(spec), "datasetVersion", "modelVersion"];
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
        `The rows of ${changed.join(", ")} are no longer those that were generated. ` +
          "They are left as they are; raise chat-perf:datasetVersion to have the dataset loaded anew.",
        this,
      );
    });
  }
}

/** Why an input cannot change in a protected stack. */
function keeps(input: string, stack: string): string {
  const what =
    input === "modelVersion"
      ? "This version of the program makes other rows"
      : `chat-perf:${input} has changed`;
  return (
    `${what}, and stack "${stack}" is protected (chat-perf:protect is true): its dataset is not replaced. ` +
    `\`pulumi config set protect false -s ${stack}\` first, or go back.`
  );
}
