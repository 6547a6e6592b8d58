import { toolchainEnvironment } from "../toolchain/environment";
import { PROJECT } from "../common/local-state";
import { abandonedLock, isInUse } from "./abandoned-lock";
import { assertReadable, restoreState } from "./half-written-state";
import { print } from "./plain-text";
import { pulumi } from "./pulumi";

/**
 * Mends what a run that was killed has left of a stack in a local backend: a state that was cut off, its lock. A stack
 * that another run is at work on is left to it.
 *
 * @throws ExpectedError when the state cannot be read and there is no copy of it
 */
export async function mendKilledRun(stack: string): Promise<void> {
  const backend = toolchainEnvironment().PULUMI_BACKEND_URL;
  const name = stack.split("/").at(-1)!;
  if (isInUse(backend, PROJECT, name)) return;
  if (restoreState(backend, PROJECT, name)) {
    print("The stack's state was cut off: its last whole copy has taken its place.");
  }
  assertReadable(backend, PROJECT, name);
  const killed = abandonedLock(backend, PROJECT, name);
  if (killed === undefined) return;
  print(`An earlier run was killed (process ${killed}): its lock is removed.`);
  await pulumi(["cancel", "--yes", "--stack", stack]);
}
