import type * as pulumi from "@pulumi/pulumi";
import type { DatasetSpec } from "../generator/spec";
import type { DiskCheck } from "../postgres/disk-space";
import type { Server } from "./server";
import { TaskResource } from "./task-resource";

export interface ServerChecksArgs {
  /** The dataset that needs disk space, and how the need is estimated. */
  dataset: DatasetSpec;
  diskCheck: DiskCheck;
}

/**
 * Checks that the server accepts connections and that its disk has enough space for the dataset. Everything in the
 * server depends on the result.
 */
export function serverChecks(
  name: string,
  server: Server,
  { dataset, diskCheck }: ServerChecksArgs,
  opts: pulumi.CustomResourceOptions,
): pulumi.Resource {
  const connectivity = new Connectivity(`${name}-connectivity`, server.adminUrl, opts);
  return diskSpaceCheck(name, server, { dataset, diskCheck }, { ...opts, dependsOn: connectivity });
}

/** Checks that the server's disk has enough space for the dataset. */
export function diskSpaceCheck(
  name: string,
  { machine }: Server,
  { dataset, diskCheck }: ServerChecksArgs,
  opts: pulumi.CustomResourceOptions,
): pulumi.Resource {
  return new DiskSpace(`${name}-disk-space`, { machine, dataset, check: diskCheck }, opts);
}

class Connectivity extends TaskResource<"Connectivity"> {
  constructor(name: string, adminUrl: pulumi.Input<string>, opts: pulumi.CustomResourceOptions) {
    super("Connectivity", name, { adminUrl }, ["version"], opts);
  }
}

class DiskSpace extends TaskResource<"DiskSpace"> {
  constructor(
    name: string,
    args: { machine: Server["machine"]; dataset: DatasetSpec; check: DiskCheck },
    opts: pulumi.CustomResourceOptions,
  ) {
    super("DiskSpace", name, args, ["neededBytes"], opts);
  }
}
