import { spawn, type SpawnOptions } from "node:child_process";

/** A stream of the engine that receives the output of a process. */
export interface OutputStream {
  stdout(chunk: Buffer): void;
  stderr(chunk: Buffer): void;
}

/**
 * Runs a process and passes on its output.
 *
 * @returns the exit code; 1 when a signal ended it, or it could not be started
 */
export function streamProcess(
  command: string,
  args: string[],
  options: SpawnOptions,
  output: OutputStream,
): Promise<number> {
  const child = spawn(command, args, { ...options, stdio: ["ignore", "pipe", "pipe"] });
  child.stdout.on("data", (chunk: Buffer) => {
    output.stdout(chunk);
  });
  child.stderr.on("data", (chunk: Buffer) => {
    output.stderr(chunk);
  });
  return new Promise((resolve) => {
    child.on("error", (error) => {
      // A process that was started ends by itself after an abort.
      if (child.pid !== undefined) return;
      output.stderr(Buffer.from(`${command} could not be started: ${error.message}\n`));
      resolve(1);
    });
    child.on("close", (code) => {
      resolve(code ?? 1);
    });
  });
}
