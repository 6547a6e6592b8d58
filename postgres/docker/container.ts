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

/** A server that must replay its log after a crash answers late. */
const READY_TIMEOUT_MS = 600_000;
/** How long a server may take for its last checkpoint before it is killed. */
const STOP_TIMEOUT_SECONDS = 120;
const POLL_MS = 250;

/** How often a container may have ended by itself until it counts as one that does not start. */
const MOST_RESTARTS = 2;

/** What a program in the container has said. */
export interface Said {
  code: number;
  output: string;
}

/** Runs a program in the container as the server's user. What it reads comes over a pipe, never as an argument. */
export async function runIn(container: Container, command: string[], input = ""): Promise<Said> {
  const exec = await container.exec({
    ...{ Cmd: command, User: SERVER_USER },
    ...{ AttachStdin: true, AttachStdout: true, AttachStderr: true },
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
 * Waits until the container's server accepts connections over TCP. Starts a container that somebody has stopped.
 *
 * @throws ExpectedError with the end of its log when it does not come up
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

/** Starts a container that does not run. */
export async function startIfStopped(container: Container): Promise<void> {
  const { State } = await inspect(container);
  if (!State.Running && !State.Restarting) await container.start().catch(ignoring(304));
}

/** Restarts a container's server, so that settings which need it take effect. */
export async function restartContainer(name: string, log: Log): Promise<void> {
  const container = engine().getContainer(name);
  log(`Restarting the container ${name}`);
  await container.restart({ t: STOP_TIMEOUT_SECONDS });
  await waitUntilServing(container);
}

/** An error handler for answers that are as good as none. */
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
      "Somebody has removed it: `pulumi refresh`, then `pulumi up` makes it again. Its data is in the volume.",
    );
  }
}

/** Whether the server in the container accepts connections over TCP. */
export async function answers(container: Container): Promise<boolean> {
  try {
    return (await runIn(container, ["pg_isready", "-q", "-h", "127.0.0.1"])).code === 0;
  } catch (error) {
    // It has ended since it was looked at.
    if (statusOf(error) === 409 || statusOf(error) === 404) return false;
    throw error;
  }
}

async function failure(container: Container): Promise<ExpectedError> {
  const { Config, Name } = await inspect(container);
  const log = await container.logs({ stdout: true, stderr: true, tail: 8 });
  return new ExpectedError(
    `PostgreSQL in the container ${Name.slice(1)} (image ${Config.Image}) does not start:${lines(log)}`,
    `\`docker logs ${Name.slice(1)}\` has all of its log. An image of another major version than the data's cannot ` +
      "read them: set chat-perf:image back, or `pulumi destroy` first.",
  );
}

/** The lines of a log, of which each piece begins with eight bytes on where it comes from and how long it is. */
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
