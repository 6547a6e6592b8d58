import { spawn } from "node:child_process";
import { resolve } from "node:path";

const projectRoot = resolve(__dirname, "../..");

/** Starts `npm run validate` in its own process, which can be killed. */
export function startValidate(databaseUrl: string, ...args: string[]) {
  // Other users can read process arguments, so the environment is used.
  return spawn(process.execPath, ["--require", "./runtime/preload.cjs", "cli/validate.ts", ...args], {
    cwd: projectRoot,
    env: { ...process.env, DATABASE_URL: databaseUrl },
    stdio: ["ignore", "pipe", "pipe"],
  });
}

/** Runs `npm run validate` in its own process. */
export function runValidate(
  databaseUrl: string,
  ...args: string[]
): Promise<{ code: number | null; output: string; errors: string }> {
  const child = startValidate(databaseUrl, ...args);
  let output = "";
  let errors = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => (output += text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => (errors += text));
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => {
      resolve({ code, output, errors });
    });
  });
}
