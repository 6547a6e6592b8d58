import { PassThrough } from "node:stream";
import { text } from "node:stream/consumers";
import { setTimeout as delay } from "node:timers/promises";
import type Docker from "dockerode";
import type { Container, ContainerInspectInfo } from "dockerode";
import { ExpectedError } from "../../common/errors";
import type { Log } from "../../common/progress";
import { engine, statusOf } from "./engine";

/** The operating system's user that PostgreSQL runs as in its images. */
const SERVER_USER = "postgres";

/** Crash recovery can take minutes. */
const READY_TIMEOUT_MS = 600_000;
/** The time for the last checkpoint of a server before it is killed. */
const STOP_TIMEOUT_SECONDS = 120;
const POLL_MS = 250;

/** After this many restarts, a container counts as one that does not start. */
const MOST_RESTARTS = 2;

/** The result of a program that ran in the container. */
export interface ExecResult {
  code: number;
  output: string;
}

/**
 * Runs a program in the container as the server's user. The input comes over a pipe, so that it is never a process
 * argument.
 */
export async function runIn(container: Container, command: string[], input = ""): Promise<ExecResult> {
  const exec = await container.exec({
    Cmd: command,
    User: SERVER_USER,
    AttachStdin: true,
    AttachStdout: true,
    AttachStderr: true,
  });
  const stream = await exec.start({ hijack: true, stdin: true });
  const said = new PassThrough();
  (container.modem as Docker["modem"]).demuxStream(stream, said, said);
  stream.once("end", () => said.end());
  stream.once("close", () => said.end());
  stream.end(input);
  const output = (await text(said)).trim();
  const { ExitCode } = await exec.inspect();
  return { code: ExitCode ?? 0, output };
}

/**
 * Waits until the container's server accepts connections over TCP. Starts a stopped container.
 *
 * @throws ExpectedError with the end of its log when the server does not start
 */
export async function waitUntilServing(container: Container): Promise<void> {
  const giveUp = Date.now() + READY_TIMEOUT_MS;
  const { RestartCount: before } = await inspect(container);
  await startIfStopped(container);
  for (;;) {
    const { State, RestartCount } = await inspect(container);
    if (State.Running && !State.Restarting && (await answers(container))) return;
    const failing = RestartCount - before >= MOST_RESTARTS;
    if (failing || (!State.Running && !State.Restarting) || Date.now() > giveUp)
      throw await failure(container);
    await delay(POLL_MS);
  }
}

/** Starts a container if it does not run. */
export async function startIfStopped(container: Container): Promise<void> {
  const { State } = await inspect(container);
  if (!State.Running && !State.Restarting) await container.start().catch(ignoring(304));
}

/** Restarts a container's server, so that settings which need a restart take effect. */
export async function restartContainer(name: string, log: Log): Promise<void> {
  const container = engine().getContainer(name);
  log(`Restarting the container ${name}`);
  await container.restart({ t: STOP_TIMEOUT_SECONDS });
  await waitUntilServing(container);
}

/** An error handler that ignores HTTP errors with these status codes. */
export function ignoring(...statuses: number[]): (error: unknown) => void {
  return (error) => {
    if (!statuses.includes(statusOf(error) ?? 0)) throw error;
  };
}

async function inspect(container: Container): Promise<ContainerInspectInfo> {
  try {
    return await container.inspect();
  } catch (error) {
    if (statusOf(error) !== 404) throw error;
    throw new ExpectedError(
      `The container ${container.id} is gone.`,
      "Somebody has removed it. Run `pulumi refresh`, then `pulumi up`, which creates it again. Its data is still in the volume.",
    );
  }
}

/** Whether the server in the container accepts connections over TCP. */
export async function answers(container: Container): Promise<boolean> {
  try {
    return (await runIn(container, ["pg_isready", "-q", "-h", "127.0.0.1"])).code === 0;
  } catch (error) {
    // The container has stopped since it was inspected.
    if (statusOf(error) === 409 || statusOf(error) === 404) return false;
    throw error;
  }
}

async function failure(container: Container): Promise<ExpectedError> {
  const { Config, Name } = await inspect(container);
  const log = await container.logs({ stdout: true, stderr: true, tail: 8 });
  return new ExpectedError(
    `PostgreSQL in the container ${Name.slice(1)} (image ${Config.Image}) does not start:${lines(log)}`,
    `Read the whole log with \`docker logs ${Name.slice(1)}\`. If chat-perf:image was changed to another ` +
      "major version of PostgreSQL, it cannot read the data: set the old image again, or delete the data with `pulumi destroy`.",
  );
}

/** The lines of a log. Each frame of it begins with a header of eight bytes, which gives its stream and its length. */
function lines(log: Buffer): string {
  const pieces: string[] = [];
  for (let at = 0; at + 8 <= log.length;) {
    const length = log.readUInt32BE(at + 4);
    pieces.push(log.toString("utf8", at + 8, at + 8 + length));
    at += 8 + length;
  }
  const found = pieces.join("").trimEnd().split("\n");
  return found.map((line) => `\n  ${line}`).join("");
}
