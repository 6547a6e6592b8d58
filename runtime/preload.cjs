/**
 * Every process of this project loads this file before its program: `node --require ./runtime/preload.cjs PROGRAM.ts`.
 * It lets Node.js load TypeScript, removes libpq's variables from the environment, refuses connections of other users,
 * and ends providers with their engine.
 */
require("./typescript.cjs");
require("../common/temporary-folder.ts");
require("./pulumi-sdk.cjs");
require("../common/libpq-environment.ts");
require("./loopback-guard.ts");
require("./engine-end.ts");
