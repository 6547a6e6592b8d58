import { spawn, type SpawnOptions } from "node:child_process";

/** Where a process's output goes: a stream of the engine's. */
export interface OutputStream {
  stdout(chunk: Buffer): void;
  stderr(chunk: Buffer): void;
}

/**
 * Runs a process to its end and hands on what it prints.
 *
 * @returns its exit code; 1 when it was ended by a signal, or could not be started
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
      // A process that was started and is being aborted ends by itself.
      if (child.pid !== undefined) return;
      output.stderr(Buffer.from(`${command} could not be started: ${error.message}\n`));
      resolve(1);
    });
    child.on("close", (code) => {
      resolve(code ?? 1);
    });
  });
}
