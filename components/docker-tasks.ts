import type * as pulumi from "@pulumi/pulumi";
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

/** The remedy when the data of a protected stack are lost. */
function keepsProtected(stack: string): string {
  return (
    `Stack "${stack}" is protected (chat-perf:protect is true). Restore the volume, or create everything again with ` +
    `\`pulumi config set protect false -s ${stack} && npm run up -- --stack ${stack}\`.`
  );
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
      { asksStale: "also when inputs change", ...(protect && { keeps: keepsProtected(stack) }) },
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
      ...(protect && { keeps: keepsProtected(stack) }),
    });
  }
}
