import { releaseOpen } from "./fixture";
import { sayWhenLong } from "./long-tests";
import { stopTestServer } from "./server";
import { sendReasons } from "./skips";

// Commands print what the terminal's locale can show; tests read the same lines on every machine.
process.env.LC_ALL = "C.UTF-8";
sendReasons();

let finished: () => void = () => undefined;

/** For mocha: what every process that runs tests does around each test, and when it has none left. */
export const mochaHooks = {
  beforeEach(this: Mocha.Context): void {
    finished = sayWhenLong(this.currentTest!.fullTitle());
  },
  async afterEach(): Promise<void> {
    finished();
    await releaseOpen();
  },
  afterAll: stopTestServer,
};
