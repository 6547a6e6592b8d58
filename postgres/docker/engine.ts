import { setTimeout as delay } from "node:timers/promises";
import type Docker from "dockerode";
import { ExpectedError } from "../../common/errors";

/** The label of everything that a stack creates in an engine. Its value is the name of the stack's container. */
export const PLACE_LABEL = "chat-perf.place";

/** The labels of a stack's volume: the stack, and the absolute path and the birth of its project's folder. */
export const STACK_LABEL = "chat-perf.stack";
export const PROJECT_LABEL = "chat-perf.project";
export const PROJECT_BIRTH_LABEL = "chat-perf.project-birth";

const ANSWER_TIMEOUT_MS = 10_000;

/** The platform of an engine. */
export interface EngineInfo {
  /** e.g. `linux` */
  os: string;
  /** The architecture as images name it, e.g. `amd64`. */
  architecture: string;
}

/**
 * The client of the engine that `DOCKER_HOST` names, or of this machine's engine. It sends no request yet.
 *
 * @throws ExpectedError when `DOCKER_HOST` is malformed
 */
export function engine(): Docker {
  // It has 150 modules, which programs and tasks without an engine do not need.
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- loaded when it is called, as an `import` never is
  const Engine = require("dockerode") as typeof Docker;
  try {
    return new Engine();
  } catch (error) {
    throw new ExpectedError(
      `DOCKER_HOST (${String(process.env.DOCKER_HOST)}) is not the address of a Docker Engine: ${(error as Error).message}.`,
      "Correct it, e.g. to unix:///var/run/docker.sock, or unset it.",
    );
  }
}

/**
 * Proves that the engine answers, and returns its platform.
 *
 * @throws ExpectedError when there is no engine, or it refuses the request
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
 * The host at which the engine's published ports are reached. It is this machine's loopback address, unless
 * `DOCKER_HOST` names another machine.
 */
export function engineHost(dockerHost = process.env.DOCKER_HOST ?? ""): string {
  const host = /^(?:tcp|https?|ssh):\/\/(?:[^@/]*@)?(\[[^\]]+\]|[^:/]+)/.exec(dockerHost)?.[1] ?? "127.0.0.1";
  return host === "localhost" ? "127.0.0.1" : host;
}

/** The HTTP status of an engine's error, or undefined for any other error. */
export function statusOf(error: unknown): number | undefined {
  return (error as { statusCode?: number }).statusCode;
}

/** The message of the engine, without the words that the client adds. */
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
      `You are not allowed to use ${where}: ${saidByEngine(error)}.`,
      "Ask an administrator to add you to the group `docker`, set DOCKER_HOST to a rootless engine, or run " +
        "`pulumi config set target embedded`.",
    );
  }
  return new ExpectedError(
    `No answer from ${where}: ${saidByEngine(error) || code}.`,
    "Start it (`sudo systemctl start docker`, or Docker Desktop), set DOCKER_HOST to another engine, or run " +
      "`pulumi config set target embedded`.",
  );
}
