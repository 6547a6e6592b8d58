import { toolchainEnvironment } from "../offline/environment";
import { abandonedLock } from "./abandoned-lock";
import { restoreState } from "./half-written-state";
import { pulumi } from "./pulumi";

/** The project's name, as in Pulumi.yaml. */
const PROJECT = "chat-perf";

/** Mends what a killed run of this machine has left of a stack in a local backend: a half-written state, its lock. */
export async function mendKilledRun(stack: string): Promise<void> {
  const backend = toolchainEnvironment().PULUMI_BACKEND_URL;
  const name = stack.split("/").at(-1)!;
  const killed = abandonedLock(backend, PROJECT, name);
  if (killed === undefined) return;
  if (restoreState(backend, PROJECT, name)) {
    console.log("An earlier run was killed while it wrote the stack's state: it is made readable again.");
  }
  console.log(`An earlier run was killed (process ${killed}): its lock is removed.`);
  await pulumi(["cancel", "--yes", "--stack", stack]);
}
