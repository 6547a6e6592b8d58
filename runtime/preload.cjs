/**
 * What each process of this project loads before its program: `node --require ./runtime/preload.cjs PROGRAM.ts`.
 * It lets Node.js load TypeScript, keeps Pulumi's SDK from loading what is not used, takes libpq's variables and a folder
 * for temporary files that is gone out of the environment, and refuses callers of other users.
 */
require("./typescript.cjs");
require("../common/temporary-folder.ts");
require("./pulumi-sdk.cjs");
require("../common/libpq-environment.ts");
require("./loopback-guard.ts");
