import { assertOwnContainer } from "../../postgres/docker/place";
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
  /** The stack's own container; left out where it has none. */
  container?: string;
}

/**
 * Refuses to go, and with that whatever goes after it, while the stack is protected, something of it could not be
 * dropped, or its container is not its own: in a copy of the project, it is the original's.
 */
export const protection: Task<ProtectionInputs, object> = {
  create: () => Promise.resolve({}),
  async delete({ stack, protect, own, adminUrl, container }) {
    if (protect) {
      throw new ExpectedError(
        `Stack "${stack}" is protected (chat-perf:protect is true), and nothing of it was destroyed.`,
        `Switch that off first: \`pulumi config set protect false -s ${stack} && pulumi up -s ${stack}\`, then \`pulumi destroy -s ${stack}\`.`,
      );
    }
    if (container !== undefined) await assertOwnContainer(container);
    if (own !== undefined && adminUrl !== undefined) await assertDroppable(adminUrl, own);
  },
};
