import { describeError } from "../../common/errors";
import { setUpToolchain } from "../../toolchain/setup";
import { forTerminal } from "../plain-text";
import type { Command } from "./command";
import { assertNothingWentToNpm } from "./npm";
import { usage } from "./usage";

/** Whether a command line asks for the usage only. */
export function asksForHelp(args: readonly string[]): boolean {
  const end = args.indexOf("--");
  return args
    .slice(0, end === -1 ? args.length : end)
    .some((argument) => argument === "--help" || argument === "-h");
}

/** Options for running a command. */
export interface Start {
  /**
   * Whether the Pulumi toolchain is prepared first, if the command needs it.
   *
   * @default false
   */
  toolchain?: boolean;
  /** @default the environment of this process */
  environment?: NodeJS.ProcessEnv;
}

/** Runs a command to its end and sets the exit code. An expected error is shown without a stack trace. */
export async function runCommand<Request>(
  command: Command<Request>,
  args: string[],
  { toolchain = false, environment = process.env }: Start = {},
): Promise<void> {
  for (const stream of [process.stdout, process.stderr]) {
    if (!stream.listeners("error").includes(outliveReader)) stream.on("error", outliveReader);
  }
  try {
    if (asksForHelp(args)) {
      process.stdout.write(forTerminal(usage(command)));
      return;
    }
    assertNothingWentToNpm(command, args, environment);
    const request = command.parse(args);
    if (toolchain && command.toolchain === true) await setUpToolchain();
    process.exitCode = (await command.run(request)) ?? 0;
  } catch (error) {
    console.error(describeError(error));
    process.exitCode = command.failure ?? 1;
  }
}

/**
 * Goes on without output when its reader has gone, as `head` does after some lines. The work is finished, so that no
 * state stays half written.
 */
function outliveReader(error: NodeJS.ErrnoException): void {
  if (error.code !== "EPIPE") throw error;
}

/** The main block of a command's file: runs the command when Node.js was started with that file. */
export function runIfMain<Request>(module: NodeJS.Module, command: Command<Request>): void {
  if (require.main === module) void runCommand(command, process.argv.slice(2));
}
