import { randomBytes } from "node:crypto";
import type Docker from "dockerode";
import { ExpectedError } from "../../common/errors";
import type { Log } from "../../common/progress";
import { assertPortFree, freePort } from "../embedded/configuration";
import { ignoring, startIfStopped } from "./container";
import { askEngine, engine, engineHost, PLACE_LABEL } from "./engine";
import { assertOwnPlace, engineId, hasVolume } from "./identity";
import { ensureImage } from "./image";

/** What a stack needs from a Docker Engine. */
export interface PlaceRequest {
  stack: string;
  image: string;
  /** @default a free port, which is chosen once and kept */
  port?: number;
  /** Whether other networks can reach the port. */
  open: boolean;
  /**
   * The absolute path of the stack's project.
   *
   * @default the working directory, which is the project for every task
   */
  projectRoot?: string;
}

/** The name and address of a stack's container in a Docker Engine. */
export interface Place {
  /** The name of its container, its network and its volume. */
  name: string;
  host: string;
  port: number;
  /** The id of the engine. States of earlier versions do not have it. */
  engine?: string;
}

/**
 * Makes sure that the engine can run the stack's server before anything is created: it answers, it has the image, and
 * the port is free. A stopped container is started.
 *
 * @param before the name and address that the stack has so far, which are kept
 * @throws ExpectedError with what is missing
 */
export async function ensurePlace(
  request: PlaceRequest,
  before: Place | undefined,
  log: Log,
): Promise<Place> {
  const docker = engine();
  const info = await askEngine(docker);
  const host = engineHost();
  if (host !== "127.0.0.1" && !request.open) {
    throw new ExpectedError(
      `The Docker Engine of DOCKER_HOST runs on ${host}, and only that machine could reach the server's port.`,
      "Set the networks that may connect, including this machine's, with `pulumi config set allowedCidrs <networks>`, " +
        "or use an engine on this machine.",
    );
  }
  if (before !== undefined) await assertOwnPlace(docker, before, request.projectRoot ?? process.cwd());
  await ensureImage(docker, request.image, info, log);
  const name = before?.name ?? `chat-perf-${request.stack}-${randomBytes(4).toString("hex")}`;
  const port = request.port ?? before?.port ?? (await freePort());
  const container = docker.getContainer(name);
  const state = await containerState(docker, name);
  if (host === "127.0.0.1" && (port !== before?.port || state !== "running")) await assertPortFree(port);
  if (state === "stopped" && port === before?.port) {
    log(`Starting the container ${name}`);
    await startIfStopped(container);
  }
  const id = await engineId(docker);
  return { name, host, port, ...(id !== undefined && { engine: id }) };
}

/** The state of a container. It is `missing` when the container was removed or not created yet. */
export async function containerState(
  docker: Docker,
  name: string,
): Promise<"missing" | "stopped" | "running"> {
  const info = await docker.getContainer(name).inspect().catch(ignoring(404));
  if (info === undefined) return "missing";
  return info.State.Running ? "running" : "stopped";
}

/** Removes a container or network that a killed run has left. Otherwise it could not be created. */
export async function removeLeftovers(name: string, what: "container" | "network"): Promise<void> {
  const docker = engine();
  const filters = { label: [`${PLACE_LABEL}=${name}`] };
  if (what === "container") {
    for (const { Id } of await docker.listContainers({ all: true, filters })) {
      await docker.getContainer(Id).remove({ force: true, v: true }).catch(ignoring(404));
    }
  } else {
    for (const { Id } of await docker.listNetworks({ filters })) {
      await docker.getNetwork(Id).remove().catch(ignoring(404));
    }
  }
}

/**
 * Compares the engine with the state. The result is `stopped` when the container does not run, and `gone` when the
 * volume with the data no longer exists.
 *
 * @throws ExpectedError when the container or volume does not belong to the stack
 */
export async function placeState(
  place: Place,
  projectRoot = process.cwd(),
): Promise<"as it was" | "stopped" | "gone"> {
  const docker = engine();
  await assertOwnPlace(docker, place, projectRoot);
  const container = await containerState(docker, place.name);
  if (container === "missing" && !(await hasVolume(docker, place.name))) return "gone";
  return container === "stopped" ? "stopped" : "as it was";
}

/**
 * Proves that a container is the stack's own, as far as its name is known.
 *
 * @throws ExpectedError when it is not, or no engine answers
 */
export async function assertOwnContainer(name: string, projectRoot = process.cwd()): Promise<void> {
  const docker = engine();
  await askEngine(docker);
  await assertOwnPlace(docker, { name }, projectRoot);
}

/**
 * Removes the stack's container, network and volume, with the data.
 *
 * @throws ExpectedError when the container or volume does not belong to the stack
 */
export async function removePlace(place: Place, log: Log, projectRoot = process.cwd()): Promise<void> {
  const docker = engine();
  const { name } = place;
  await askEngine(docker);
  await assertOwnPlace(docker, place, projectRoot);
  log(`Removing the container ${name}, its network and its volume`);
  await removeLeftovers(name, "container");
  await removeLeftovers(name, "network");
  await docker.getVolume(name).remove({ force: true }).catch(ignoring(404));
}
