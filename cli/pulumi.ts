import { spawn } from "node:child_process";
import type { Readable } from "node:stream";
import { toolchainEnvironment } from "../toolchain/environment";
import { projectRoot } from "../toolchain/layout";
import { hideSalts } from "../toolchain/salts";

/**
 * Runs `pulumi` in this clone and on this terminal.
 *
 * @param read reads the standard output of the command
 * @default the terminal shows it
 * @returns the exit code
 */
export async function pulumi(args: string[], read?: (output: Readable) => Promise<void>): Promise<number> {
  const child = spawn("pulumi", args, {
    cwd: projectRoot,
    env: toolchainEnvironment(),
    stdio: ["inherit", read === undefined ? "inherit" : "pipe", "inherit"],
  });
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
