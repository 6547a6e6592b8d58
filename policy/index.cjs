// The engine runs policy packs with a TypeScript compiler of its own choice: tsx takes its place, as in the program.
require("tsx/cjs/api").register();
require("./pack.ts");
