import type * as pulumi from "@pulumi/pulumi";
import type { Server } from "./server";
import { TaskResource } from "./task-resource";

export interface ProtectionArgs {
  stack: string;
  /** Whether the stack is kept from being destroyed. */
  protect: boolean;
  /** Where its server runs. */
  target: string;
  server: Server;
}

/**
 * Stands before a stack: what depends on everything is deleted first, and this refuses to be deleted while the stack
 * is protected, leaves a server on which something of it cannot be dropped, or has a container that is another project's. Pulumi's own `protect` would refuse
 * later, after the first deletions, and cannot name the key.
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
        target: `chat-perf:target cannot change while the stack exists: \`pulumi destroy -s ${stack}\` first, or set it back.`,
      },
    });
  }
}
