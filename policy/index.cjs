// The engine runs policy packs with a TypeScript compiler of its own choice: this takes its place, as in the program.
require("../runtime/typescript.cjs");
require("./pack.ts");
