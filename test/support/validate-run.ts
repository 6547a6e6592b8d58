import { spawn } from "node:child_process";
import { resolve } from "node:path";

const projectRoot = resolve(__dirname, "../..");

/** `npm run validate` as a program of its own. */
export function runValidate(
  databaseUrl: string,
  ...args: string[]
): Promise<{ code: number | null; output: string; errors: string }> {
  // By the environment, as process arguments can be read by others.
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
