import { spawn } from "node:child_process";
import { text } from "node:stream/consumers";

/**
 * Runs a line of TypeScript in a process of another user, in a folder of the project.
 *
 * @returns its output
 */
export async function runAs(
  user: { uid: number; gid: number },
  cwd: string,
  script: string,
): Promise<string> {
  const child = spawn(
    process.execPath,
    ["--require", "./runtime/preload.cjs", "--input-type=commonjs", "--eval", script],
    {
      cwd,
      ...user,
      stdio: ["ignore", "pipe", "pipe"],
      env: { PATH: process.env.PATH, HOME: cwd, TMPDIR: cwd },
    },
  );
  const exited = new Promise<number | null>((resolve) => child.on("close", resolve));
  const [printed, complained] = await Promise.all([text(child.stdout), text(child.stderr)]);
  if ((await exited) !== 0) throw new Error(complained);
  return printed;
}
