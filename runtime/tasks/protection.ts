import { ExpectedError } from "../errors";
import type { Task } from "../task";

export interface ProtectionInputs {
  stack: string;
  protect: boolean;
  target: string;
}

/** Refuses to go, and with that whatever goes after it, while the stack is protected. */
export const protection: Task<ProtectionInputs, object> = {
  create: () => Promise.resolve({}),
  delete({ stack, protect }) {
    if (!protect) return Promise.resolve();
    throw new ExpectedError(
      `Stack "${stack}" is protected (chat-perf:protect is true), and nothing of it was destroyed.`,
      `Switch that off first: \`pulumi config set protect false -s ${stack} && pulumi up -s ${stack}\`, then \`pulumi destroy -s ${stack}\`.`,
    );
  },
};
