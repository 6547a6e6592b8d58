import { stopTestServer } from "./server";

// Commands print what the terminal's locale can show; tests read the same lines on every machine.
process.env.LC_ALL = "C.UTF-8";

/** For Mocha: what every process that runs tests does when it has none left, in parallel after each file. */
export const mochaHooks = { afterAll: stopTestServer };
