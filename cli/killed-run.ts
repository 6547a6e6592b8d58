import { toolchainEnvironment } from "../toolchain/environment";
import { ExpectedError } from "../common/errors";
import { PROJECT } from "../common/local-state";
import { abandonedLock, isInUse } from "./abandoned-lock";
import { assertReadable, restoreState } from "./half-written-state";
import { print } from "./plain-text";
import { pulumi } from "./pulumi";

/**
 * Repairs what a killed run has left in a local backend: a truncated state and a lock.
 *
 * @throws ExpectedError when another run may be working on the stack, or when the state cannot be read and there is no
 *   copy of it
 */
export async function mendKilledRun(stack: string): Promise<void> {
  const backend = toolchainEnvironment().PULUMI_BACKEND_URL;
  const name = stack.split("/").at(-1)!;
  if (isInUse(backend, PROJECT, name)) {
    throw new ExpectedError(
      `Another run is working on stack "${name}".`,
      "Wait until it has ended, then run the same command again. If that run was killed on another machine, " +
        `\`pulumi cancel -s ${name}\` removes its lock.`,
    );
  }
  if (restoreState(backend, PROJECT, name)) {
    print("The stack's state was truncated. It was replaced by its last complete copy.");
  }
  assertReadable(backend, PROJECT, name);
  const killed = abandonedLock(backend, PROJECT, name);
  if (killed === undefined) return;
  print(`An earlier run was killed (process ${killed}). Its lock was removed.`);
  await pulumi(["cancel", "--yes", "--stack", stack]);
}
