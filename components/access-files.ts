import * as pulumi from "@pulumi/pulumi";
import { TaskResource } from "./task-resource";

export interface AccessFilesArgs {
  stack: string;
  /** The URL of the application role. */
  databaseUrl: pulumi.Input<string>;
  /** The URL of the schema owner. */
  migrationUrl: pulumi.Input<string>;
}

/**
 * The files in `.secrets/` with which a person on this machine connects to the database. They are removed with the
 * stack.
 */
export class AccessFiles extends TaskResource<"AccessFiles"> {
  /** The paths of the files, relative to the project. */
  declare readonly environment: pulumi.Output<string>;
  declare readonly connect: pulumi.Output<string>;
  declare readonly monitor: pulumi.Output<string>;

  constructor(name: string, args: AccessFilesArgs, opts: pulumi.CustomResourceOptions = {}) {
    super("AccessFiles", name, { ...args }, ["environment", "connect", "monitor", "intact"], opts, {
      asksStale: true,
    });
  }
}
