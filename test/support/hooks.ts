import { stopTestServer } from "./server";

/** For Mocha: what every process that runs tests does when it has none left, in parallel after each file. */
export const mochaHooks = { afterAll: stopTestServer };
