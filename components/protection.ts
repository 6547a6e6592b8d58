import type * as pulumi from "@pulumi/pulumi";
import { TaskResource } from "./task-resource";

export interface ProtectionArgs {
  stack: string;
  /** Whether the stack is kept from being destroyed. */
  protect: boolean;
  /** Where its server runs. */
  target: string;
}

/**
 * Stands before a stack: what depends on everything is deleted first, and this refuses to be deleted while the stack
 * is protected. Pulumi's own `protect` would refuse later, after the first deletions, and cannot name the key.
 */
export class Protection extends TaskResource<"Protection"> {
  constructor(name: string, args: ProtectionArgs, opts: pulumi.CustomResourceOptions) {
    super("Protection", name, { ...args }, [], opts, {
      immutable: {
        target: `chat-perf:target cannot change while the stack exists: \`pulumi destroy -s ${args.stack}\` first, or set it back.`,
      },
    });
  }
}
