import type * as pulumi from "@pulumi/pulumi";
import { keepsLost } from "./protection";
import { type TaskArgs, TaskResource } from "./task-resource";

export interface DockerPlaceArgs {
  stack: string;
  /** Whether a lost server is not created again, so that its data can be restored. */
  protect: boolean;
  image: string;
  /**
   * The TCP port on the engine's host.
   *
   * @default a free port, which is chosen once and kept
   */
  port?: number;
  /** Networks besides loopback from which the roles may connect. If there are none, the port is published on loopback only. */
  allowedCidrs: string[];
}

/** The name, port and engine that the stack has for its container. */
export class DockerPlaceTask extends TaskResource<"DockerPlace"> {
  declare readonly name: pulumi.Output<string>;
  declare readonly host: pulumi.Output<string>;
  declare readonly port: pulumi.Output<number>;

  constructor(
    name: string,
    { stack, protect, image, port, allowedCidrs }: DockerPlaceArgs,
    opts: pulumi.CustomResourceOptions,
  ) {
    super(
      "DockerPlace",
      `${name}-place`,
      { stack, image, wantedPort: port ?? 0, open: allowedCidrs.length > 0 },
      ["name", "host", "port", "engine"],
      opts,
      { asksStale: "also when inputs change", ...keepsLost(stack, protect, "volume") },
    );
  }
}

/** The server in the container, ready and with its access rules. */
export class DockerServerTask extends TaskResource<"DockerServer"> {
  constructor(
    name: string,
    { stack, protect }: Pick<DockerPlaceArgs, "stack" | "protect">,
    args: TaskArgs<"DockerServer">,
    opts: pulumi.CustomResourceOptions,
  ) {
    super("DockerServer", name, args, ["version", "systemIdentifier"], opts, {
      asksStale: "also when inputs change",
      ...keepsLost(stack, protect, "volume"),
    });
  }
}
