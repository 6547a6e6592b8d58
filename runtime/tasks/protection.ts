import { assertOwnContainer } from "../../postgres/docker/place";
import { assertDroppable, type OwnNames } from "../../postgres/existing/droppable";
import { ExpectedError } from "../../common/errors";
import { backendFolder, PROJECT, stacksWithResourcesOf } from "../../common/local-state";
import type { Task } from "../task";

export interface ProtectionInputs {
  stack: string;
  protect: boolean;
  target: string;
  /** The objects that are dropped when the stack is destroyed. Undefined when the whole server is removed. */
  own?: OwnNames;
  adminUrl?: string;
  /** The stack's own container; left out where it has none. */
  container?: string;
}

/**
 * A resource that refuses to be deleted when the stack is protected, or when an object of the stack cannot be dropped.
 * It is deleted first, so nothing else of the stack is deleted either.
 */
export const protection: Task<ProtectionInputs, object> = {
  create: () => Promise.resolve({}),
  async delete({ stack, protect, own, adminUrl, container }) {
    if (protect) {
      throw new ExpectedError(
        `Stack "${stack}" is protected (chat-perf:protect is true), and nothing was destroyed.`,
        `To destroy it, run \`pulumi config set protect false -s ${stack} && pulumi up -s ${stack}\`, then \`pulumi destroy -s ${stack}\`.`,
      );
    }
    assertOneState(stack);
    if (container !== undefined) await assertOwnContainer(container);
    if (own !== undefined && adminUrl !== undefined) await assertDroppable(adminUrl, own);
  },
};

/**
 * Refuses to delete the resources of a stack that two states contain, because one of the two stacks still needs them.
 * States in other backends than a folder are not searched.
 */
function assertOneState(stack: string): void {
  const folder = backendFolder(process.env.PULUMI_BACKEND_URL);
  const stacks = folder === undefined ? [] : stacksWithResourcesOf(stack, folder, PROJECT);
  const copy = stacks.find((each) => each !== stack);
  if (stacks.length < 2 || copy === undefined) return;
  throw new ExpectedError(
    `The states of the stacks ${stacks.map((each) => `"${each}"`).join(" and ")} contain the resources of stack "${stack}". None of them was deleted.`,
    `Remove the copy without a change of these resources: \`pulumi stack rm ${copy} --force --preserve-config\`. ` +
      `Then \`npm run servers\` lists what stack "${copy}" has created itself.`,
  );
}
