/**
 * Types, lint and format, all at once: what `npm test` begins with. With `--tests` also the tests that need no server,
 * which is what is run before every commit.
 */
import { spawn } from "node:child_process";

const [withTests, ...forMocha] = process.argv.slice(2);
const isQuick = withTests === "--tests";
const cache = "node_modules/.cache";
const checks = {
  // The compiler knows what depends on a changed file.
  types: ["tsc", "--noEmit", "--incremental", "--tsBuildInfoFile", `${cache}/tsc.tsbuildinfo`],
  lint: ["eslint", "--max-warnings", "0", "."],
  format: ["prettier", "--check", "--log-level", "warn", "--cache", "."],
};
if (isQuick) {
  // Only files that have changed are linted again, although their types may make a difference to others.
  checks.lint.push("--cache", "--cache-location", `${cache}/eslint/`);
  checks.tests = ["mocha", "--recursive", "test/unit", ...forMocha];
}

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
