/** Types, lint and the tests that need no server, all at once: what is run before every commit. */
import { spawn } from "node:child_process";

const checks = {
  types: ["tsc", "--noEmit"],
  // Only files that have changed are linted again.
  lint: ["eslint", "--max-warnings", "0", "--cache", "--cache-location", "node_modules/.cache/eslint/", "."],
  format: ["prettier", "--check", "--log-level", "warn", "."],
  tests: ["mocha", "--recursive", "test/unit", ...process.argv.slice(2)],
};

const results = await Promise.all(Object.entries(checks).map(([name, command]) => run(name, command)));
// The tests' own count comes last.
for (const { name, code, output } of results) {
  if (code !== 0 || name === "tests")
    console.log(`${name === "tests" ? "" : `${name}:\n`}${output.trimEnd()}`);
}
process.exitCode = results.every(({ code }) => code === 0) ? 0 : 1;

function run(name, [program, ...args]) {
  return new Promise((resolve) => {
    const child = spawn("npx", ["--no-install", program, ...args], { stdio: ["ignore", "pipe", "pipe"] });
    let output = "";
    for (const stream of [child.stdout, child.stderr]) stream.on("data", (text) => (output += text));
    child.on("error", (error) => resolve({ name, code: 1, output: error.message }));
    child.on("close", (code) => resolve({ name, code, output }));
  });
}
