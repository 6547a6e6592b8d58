/**
 * Starts a command of package.json: `node cli/start.mjs up --stack perf`. First it installs the dependencies if any is
 * missing, and repairs what an interrupted installation has left. Needs nothing but Node.js.
 */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { URL } from "node:url";
import { provideDependencies } from "./dependencies.mjs";

const [name, ...args] = process.argv.slice(2);
const file = name === "bench" ? "../bench/run.ts" : `./${name}.ts`;

if (asksForHelp()) process.stdout.write(usage());
else {
  provideDependencies();
  const require = createRequire(import.meta.url);
  require("../runtime/preload.cjs");
  const { command } = require(file);
  const { runCommand } = require("./front/run.ts");
  await runCommand(command, args, { toolchain: true });
}

function asksForHelp() {
  const end = args.indexOf("--");
  return args.slice(0, end === -1 ? args.length : end).some((arg) => arg === "--help" || arg === "-h");
}

/** The usage as docs/commands.md has it: a fresh clone has nothing yet that could make it. */
function usage() {
  const page = readFileSync(new URL("../docs/commands.md", import.meta.url), "utf8");
  const [, text] = new RegExp(`^## \`npm run ${name}\`\n\n\`\`\`text\n([^]*?)^\`\`\``, "m").exec(page);
  return text;
}
