// The engine runs policy packs with a TypeScript compiler of its own choice: this takes its place, as in the program.
require("../runtime/preload.cjs");
require("./pack.ts");
