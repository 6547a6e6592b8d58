import * as pulumi from "@pulumi/pulumi";
import { TaskResource } from "./task-resource";

export interface AccessFilesArgs {
  stack: string;
  /** The application's URL. */
  databaseUrl: pulumi.Input<string>;
  /** The schema owner's URL. */
  migrationUrl: pulumi.Input<string>;
}

/** `.secrets/`: how a person on this machine gets into the database. Removed with the stack. */
export class AccessFiles extends TaskResource<"AccessFiles"> {
  /** Paths relative to the project. */
  declare readonly environment: pulumi.Output<string>;
  declare readonly connect: pulumi.Output<string>;
  declare readonly monitor: pulumi.Output<string>;

  constructor(name: string, args: AccessFilesArgs, opts: pulumi.CustomResourceOptions = {}) {
    super("AccessFiles", name, { ...args }, ["environment", "connect", "monitor", "intact"], opts, {
      asksStale: true,
    });
  }
}
