import type * as pulumi from "@pulumi/pulumi";
import { protectedLoss } from "../common/protected-loss";
import type { TaskBehaviour } from "../runtime/task-provider";
import type { Server } from "./server";
import { TaskResource } from "./task-resource";

export interface ProtectionArgs {
  stack: string;
  /** Whether the stack cannot be destroyed. */
  protect: boolean;
  /** The kind of the server: `embedded`, `docker` or `existing`. */
  target: string;
  server: Server;
}

/**
 * Guards the deletion of a stack. This resource depends on all others, so Pulumi deletes it first. It refuses when the
 * stack is protected, or when one of its objects on an existing server cannot be dropped. Pulumi's own `protect` option
 * would refuse only after the first deletions, and its message does not name the configuration key.
 */
export class Protection extends TaskResource<"Protection"> {
  constructor(
    name: string,
    { stack, protect, target, server }: ProtectionArgs,
    opts: pulumi.CustomResourceOptions,
  ) {
    const { own, adminUrl, container } = server;
    const inServer = { ...(own && { own, adminUrl }), ...(container && { container }) };
    super("Protection", name, { stack, protect, target, ...inServer }, [], opts, {
      immutable: {
        target: `chat-perf:target cannot change while the stack exists. Run \`pulumi destroy -s ${stack}\` first, or set it back.`,
      },
    });
  }
}

/** The behaviour of a server when its data are lost: in a protected stack it is not created again. */
export function keepsLost(
  stack: string,
  protect: boolean,
  what: "folder" | "volume",
): Pick<TaskBehaviour, "keeps"> {
  if (!protect) return {};
  const { problem, remedy } = protectedLoss(stack, what);
  return { keeps: `${problem} ${remedy}` };
}
