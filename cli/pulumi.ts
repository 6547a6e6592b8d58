import { execFile, spawn } from "node:child_process";
import type { Readable } from "node:stream";
import { promisify } from "node:util";
import { toolchainEnvironment } from "../toolchain/environment";
import { projectRoot } from "../toolchain/layout";
import { hideSalts } from "../toolchain/salts";

/**
 * Runs `pulumi` in this clone and on this terminal. A reader of our output that goes away, as `head` does, does not end
 * it, because Pulumi would then leave a state that cannot be read.
 *
 * @param read reads the standard output of the command
 * @default it is shown
 * @returns the exit code
 */
export async function pulumi(args: string[], read?: (output: Readable) => Promise<void>): Promise<number> {
  const child = spawn("pulumi", args, {
    cwd: projectRoot,
    env: toolchainEnvironment(),
    stdio: [
      "inherit",
      read === undefined && process.stdout.isTTY ? "inherit" : "pipe",
      process.stderr.isTTY ? "inherit" : "pipe",
    ],
  });
  if (read === undefined) child.stdout?.on("data", (chunk: Buffer) => process.stdout.write(chunk));
  child.stderr?.on("data", (chunk: Buffer) => process.stderr.write(chunk));
  // The terminal also sends Ctrl-C to `pulumi`, which then ends cleanly. This process waits for it.
  const ignore = (): void => undefined;
  const forward = (): void => void child.kill("SIGTERM");
  process.on("SIGINT", ignore).on("SIGTERM", forward);
  const exit = new Promise<number>((resolve, reject) => {
    child.on("error", reject);
    child.on("exit", (code) => {
      resolve(code ?? 1);
    });
  });
  try {
    const [code] = await Promise.all([exit, child.stdout === null ? undefined : read?.(child.stdout)]);
    return code;
  } finally {
    process.off("SIGINT", ignore).off("SIGTERM", forward);
    hideSalts(projectRoot);
  }
}

/**
 * Selects a stack, and creates it if it is new. Another run may create it at the same moment.
 *
 * @returns the exit code
 */
export async function selectStack(stack: string): Promise<number> {
  const select = (...options: string[]) =>
    promisify(execFile)("pulumi", ["stack", "select", ...options, stack, "--non-interactive"], {
      cwd: projectRoot,
      env: toolchainEnvironment(),
    });
  try {
    await select("--create").catch((error: unknown) => {
      if (!(error as { stderr: string }).stderr.includes("already exists")) throw error;
      return select();
    });
    hideSalts(projectRoot);
    return 0;
  } catch (error) {
    const { stderr = String(error), code } = error as { stderr?: string; code?: unknown };
    process.stderr.write(stderr);
    return typeof code === "number" ? code : 1;
  }
}
