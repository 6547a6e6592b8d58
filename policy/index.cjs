// The engine would compile policy packs with its own version of TypeScript. This preload compiles them instead, as it
// does for the program.
require("../runtime/preload.cjs");
require("./pack.ts");
