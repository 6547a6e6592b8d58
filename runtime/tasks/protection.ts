import { assertDroppable, type OwnNames } from "../../postgres/existing/droppable";
import { ExpectedError } from "../../common/errors";
import type { Task } from "../task";

export interface ProtectionInputs {
  stack: string;
  protect: boolean;
  target: string;
  /** What has to be dropped when the stack goes; left out where the server goes with it. */
  own?: OwnNames;
  adminUrl?: string;
}

/**
 * Refuses to go, and with that whatever goes after it, while the stack is protected, or something of it could not be
 * dropped.
 */
export const protection: Task<ProtectionInputs, object> = {
  create: () => Promise.resolve({}),
  async delete({ stack, protect, own, adminUrl }) {
    if (protect) {
      throw new ExpectedError(
        `Stack "${stack}" is protected (chat-perf:protect is true), and nothing of it was destroyed.`,
        `Switch that off first: \`pulumi config set protect false -s ${stack} && pulumi up -s ${stack}\`, then \`pulumi destroy -s ${stack}\`.`,
      );
    }
    if (own !== undefined && adminUrl !== undefined) await assertDroppable(adminUrl, own);
  },
};
