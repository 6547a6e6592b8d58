/**
 * What each process of this project loads before its program: `node --require ./runtime/preload.cjs PROGRAM.ts`.
 * It lets Node.js load TypeScript, and takes libpq's variables out of the environment.
 */
require("./typescript.cjs");
require("./libpq-environment.ts");
