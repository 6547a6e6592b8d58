import { randomBytes } from "node:crypto";
import type Docker from "dockerode";
import { ExpectedError } from "../../common/errors";
import type { Log } from "../../common/progress";
import { assertPortFree, freePort } from "../embedded/configuration";
import { ignoring, startIfStopped } from "./container";
import { askEngine, engine, engineHost, PLACE_LABEL } from "./engine";
import { assertOwnPlace, engineId, hasVolume } from "./identity";
import { ensureImage } from "./image";

/** What a stack wants of a Docker Engine. */
export interface Wish {
  stack: string;
  image: string;
  /** Default: a free port, chosen once. */
  port?: number;
  /** Other networks are to reach the port too. */
  open: boolean;
  /** Absolute path of the stack's project. Default: the working directory, which is that of every task. */
  projectRoot?: string;
}

/** Where a stack is in a Docker Engine. */
export interface Place {
  /** What its container, network and volume are called. */
  name: string;
  host: string;
  port: number;
  /** The engine's own number; states of earlier versions have none. */
  engine?: string;
}

/**
 * Makes sure that the engine can do what the stack wants before anything is made: it answers, has the image, and the
 * port is free. A container that somebody has stopped is started again.
 *
 * @param before the place so far, which is kept
 * @throws ExpectedError with what is missing
 */
export async function ensurePlace(wish: Wish, before: Place | undefined, log: Log): Promise<Place> {
  const docker = engine();
  const info = await askEngine(docker);
  const host = engineHost();
  if (host !== "127.0.0.1" && !wish.open) {
    throw new ExpectedError(
      `The Docker Engine of DOCKER_HOST runs on ${host}, and the server's port would be reached from there alone.`,
      "Name the networks that may connect, this machine's among them, by `pulumi config set allowedCidrs <networks>`, " +
        "or use an engine on this machine.",
    );
  }
  if (before !== undefined) await assertOwnPlace(docker, before, wish.projectRoot ?? process.cwd());
  await ensureImage(docker, wish.image, info, log);
  const name = before?.name ?? `chat-perf-${wish.stack}-${randomBytes(4).toString("hex")}`;
  const port = wish.port ?? before?.port ?? (await freePort());
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

/** Whether the stack's container runs; one that is still to be made, or was removed, is `missing`. */
export async function containerState(
  docker: Docker,
  name: string,
): Promise<"missing" | "stopped" | "running"> {
  const info = await docker.getContainer(name).inspect().catch(ignoring(404));
  if (info === undefined) return "missing";
  return info.State.Running ? "running" : "stopped";
}

/** Removes a container or network that a killed run has left, and that is about to be made. */
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
 * What has become of a place that is not as it was: its container was `stopped`, or its data are `gone` with the volume.
 *
 * @throws ExpectedError when what is there is not the stack's
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
 * Removes all that the stack has in the engine, with the data.
 *
 * @throws ExpectedError when what is there is not the stack's
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
