import { spawn } from "node:child_process";
import { resolve } from "node:path";

const projectRoot = resolve(__dirname, "../..");

/** Runs `npm run validate` in its own process. */
export function runValidate(
  databaseUrl: string,
  ...args: string[]
): Promise<{ code: number | null; output: string; errors: string }> {
  // Other users can read process arguments, so the environment is used.
  const child = spawn(process.execPath, ["--require", "./runtime/preload.cjs", "cli/validate.ts", ...args], {
    cwd: projectRoot,
    env: { ...process.env, DATABASE_URL: databaseUrl },
    stdio: ["ignore", "pipe", "pipe"],
  });
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
