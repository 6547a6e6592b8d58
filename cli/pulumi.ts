import { spawn } from "node:child_process";
import { toolchainEnvironment } from "../offline/environment";
import { projectRoot } from "../offline/layout";

/** Runs `pulumi` in this clone, on this terminal. Returns its exit code. */
export function pulumi(args: string[]): Promise<number> {
  const child = spawn("pulumi", args, { cwd: projectRoot, env: toolchainEnvironment(), stdio: "inherit" });
  // The terminal gives Ctrl-C to `pulumi` as well, which then ends in good order: wait for that.
  const ignore = (): void => undefined;
  const forward = (): void => void child.kill("SIGTERM");
  process.on("SIGINT", ignore).on("SIGTERM", forward);
  return new Promise<number>((resolve, reject) => {
    child.on("error", reject);
    child.on("exit", (code) => {
      resolve(code ?? 1);
    });
  }).finally(() => {
    process.off("SIGINT", ignore).off("SIGTERM", forward);
  });
}
