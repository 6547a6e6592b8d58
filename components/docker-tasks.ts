import type * as pulumi from "@pulumi/pulumi";
import { type TaskArgs, TaskResource } from "./task-resource";

export interface DockerPlaceArgs {
  stack: string;
  /** Whether a server that is gone is not made anew, so that its data can be brought back. */
  protect: boolean;
  image: string;
  /** TCP port on the engine's host; left out: a free one is chosen once and kept. */
  port?: number;
  /** Networks from which the roles may connect beside this machine. None: the port is published on loopback only. */
  allowedCidrs: string[];
}

/** What to do when the data of a protected stack are gone. */
function keepsProtected(stack: string): string {
  return (
    `Stack "${stack}" is protected (chat-perf:protect is true): bring the volume back, or have everything made anew by ` +
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
