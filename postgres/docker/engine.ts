import { setTimeout as delay } from "node:timers/promises";
import type Docker from "dockerode";
import { ExpectedError } from "../../common/errors";

/** Marks whatever a stack has in an engine; the value is the stack's place there. */
export const PLACE_LABEL = "chat-perf.place";

/** Mark a stack's volume: its data are the stack's of this project, given as the absolute path of its folder. */
export const STACK_LABEL = "chat-perf.stack";
export const PROJECT_LABEL = "chat-perf.project";

const ANSWER_TIMEOUT_MS = 10_000;

/** What is known of an engine that answers. */
export interface EngineInfo {
  /** e.g. `linux` */
  os: string;
  /** As images name it, e.g. `amd64`. */
  architecture: string;
}

/** The engine that `DOCKER_HOST` names, or this machine's own. Nothing is asked of it yet. */
export function engine(): Docker {
  // Programs and tasks that need no engine do without its 150 modules.
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- loaded when it is called, as an `import` never is
  const Engine = require("dockerode") as typeof Docker;
  try {
    return new Engine();
  } catch (error) {
    throw new ExpectedError(
      `DOCKER_HOST (${String(process.env.DOCKER_HOST)}) names no Docker Engine: ${(error as Error).message}.`,
      "Correct it, e.g. unix:///var/run/docker.sock, or unset it.",
    );
  }
}

/**
 * Proves that the engine answers.
 *
 * @throws ExpectedError when there is none, or it refuses
 */
export async function askEngine(docker: Docker): Promise<EngineInfo> {
  const late = delay(ANSWER_TIMEOUT_MS, undefined, { ref: false }).then(() => {
    throw new Error(`no answer within ${ANSWER_TIMEOUT_MS / 1000} s`);
  });
  try {
    const { Os, Arch } = await Promise.race([docker.version(), late]);
    return { os: Os, architecture: Arch };
  } catch (error) {
    throw unreachable(error);
  }
}

/**
 * The host by which the engine's published ports are reached: this machine's loopback address, unless `DOCKER_HOST`
 * names another machine.
 */
export function engineHost(dockerHost = process.env.DOCKER_HOST ?? ""): string {
  const host = /^(?:tcp|https?|ssh):\/\/(?:[^@/]*@)?(\[[^\]]+\]|[^:/]+)/.exec(dockerHost)?.[1] ?? "127.0.0.1";
  return host === "localhost" ? "127.0.0.1" : host;
}

/** The HTTP status by which an engine refused, if that is what the error is. */
export function statusOf(error: unknown): number | undefined {
  return (error as { statusCode?: number }).statusCode;
}

/** What the engine says, without the words that the client puts around it. */
export function saidByEngine(error: unknown): string {
  return (error as Error).message
    .replace(/^\(HTTP code \d+\) .*? - /, "")
    .trim()
    .replace(/\.$/, "");
}

function unreachable(error: unknown): ExpectedError {
  const { DOCKER_HOST: named = "" } = process.env;
  const where = named === "" ? "this machine's Docker Engine" : `the Docker Engine at ${named} (DOCKER_HOST)`;
  const code = (error as NodeJS.ErrnoException).code ?? "";
  if (code === "EACCES" || statusOf(error) === 403) {
    return new ExpectedError(
      `You may not use ${where}: ${saidByEngine(error)}.`,
      "Let an administrator add you to the group `docker`, use a rootless engine by DOCKER_HOST, or use " +
        "`pulumi config set target embedded`.",
    );
  }
  return new ExpectedError(
    `No answer from ${where}: ${saidByEngine(error) || code}.`,
    "Start it (`sudo systemctl start docker`, or Docker Desktop), name another one by DOCKER_HOST, or use " +
      "`pulumi config set target embedded`.",
  );
}
