import { tmpdir } from "node:os";
import { removeDeadRuns, removeRun } from "./dead-runs";
import { releaseOpen } from "./fixture";
import { sayWhenLong } from "./long-tests";
import { namesIn } from "./needs";
import { sendReasons } from "./skips";
import { beginRun, RUN_VARIABLE } from "./test-run";
import { withhold } from "./withhold";

// Commands adapt their output to the locale. Tests need the same output on every machine.
process.env.LC_ALL = "C.UTF-8";
// Tests read the output of programs, in which colours would be a difference.
Reflect.deleteProperty(process.env, "FORCE_COLOR");
sendReasons();

const temporary = tmpdir();
// The processes that run tests inherit the run from the process that starts them.
if (process.env[RUN_VARIABLE] === undefined) begin();

function begin(): void {
  try {
    namesIn("CHAT_PERF_REQUIRE");
    namesIn("CHAT_PERF_WITHHOLD");
  } catch (error) {
    console.error((error as Error).message);
    process.exit(1);
  }
  withhold(beginRun());
}

/** Mocha calls this in its main process, before the first test. */
export async function mochaGlobalSetup(): Promise<void> {
  const dead = await removeDeadRuns(temporary);
  if (dead.length > 0) {
    const runs = dead.length === 1 ? "a killed run" : `${dead.length} killed runs`;
    console.log(`Removed what ${runs} of the suite had left.`);
  }
}

/** Mocha calls this in its main process, after the last test. The servers that processes of tests share end with the run. */
export async function mochaGlobalTeardown(): Promise<void> {
  await removeRun(process.env[RUN_VARIABLE]!);
}

let finished: () => void = () => undefined;

/** The hooks that mocha calls in every process that runs tests. */
export const mochaHooks = {
  beforeEach(this: Mocha.Context): void {
    finished = sayWhenLong(this.currentTest!.fullTitle());
  },
  async afterEach(): Promise<void> {
    finished();
    await releaseOpen();
  },
};
