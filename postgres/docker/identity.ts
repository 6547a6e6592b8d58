import { join } from "node:path";
import type Docker from "dockerode";
import { isSamePath } from "../../common/same-path";
import { ExpectedError } from "../../common/errors";
import { backendFolder, PROJECT, serversInState, stacksIn, stateFile } from "../../common/local-state";
import { ignoring } from "./container";
import { PLACE_LABEL, PROJECT_LABEL } from "./engine";

/** A stack's container in an engine, as the stack's state records it. */
export interface KnownPlace {
  name: string;
  /** The id of the engine. States of earlier versions do not have it. */
  engine?: string;
}

/** The id of an engine, which distinguishes it from others. Undefined when it has none. */
export async function engineId(docker: Docker): Promise<string | undefined> {
  const { ID: id } = (await docker.info().catch(() => ({}))) as { ID?: string };
  return id === "" ? undefined : id;
}

/**
 * Proves that the container and the volume of a name belong to the stack. This comes before either is stopped, removed
 * or reused.
 *
 * @param projectRoot the absolute path of the stack's project
 * @throws ExpectedError when this is another engine, the container or volume belongs to something else, or they belong
 *   to the project from which this one was copied
 */
export async function assertOwnPlace(
  docker: Docker,
  { name, engine }: KnownPlace,
  projectRoot: string,
): Promise<void> {
  if (engine !== undefined) {
    const now = await engineId(docker);
    if (now !== undefined && now !== engine) throw anotherEngine();
  }
  const info = await docker.getContainer(name).inspect().catch(ignoring(404));
  const container = (info as { Config?: { Labels?: Labels } } | undefined)?.Config?.Labels;
  const volume = await volumeLabels(docker, name);
  for (const [what, labels] of [
    ["container", container],
    ["volume", volume],
  ] as const) {
    if (labels !== undefined && labels[PLACE_LABEL] !== name) throw notOurs(what, name);
  }
  const maker = volume?.[PROJECT_LABEL];
  if (maker !== undefined && !isSamePath(maker, projectRoot) && isStillKnownIn(maker, name)) {
    throw copied(maker, name);
  }
}

/** Whether the volume with the stack's data exists. */
export async function hasVolume(docker: Docker, name: string): Promise<boolean> {
  return (await volumeLabels(docker, name)) !== undefined;
}

/** The labels of a volume, or undefined when it does not exist. */
export async function volumeLabels(docker: Docker, name: string): Promise<Labels | undefined> {
  const volume = await docker.getVolume(name).inspect().catch(ignoring(404));
  return volume === undefined ? undefined : { ...volume.Labels };
}

type Labels = Record<string, string | undefined>;

/**
 * Whether the state in a project's folder contains the container. A state that this project uses itself does not count.
 */
function isStillKnownIn(project: string, name: string): boolean {
  const folder = join(project, ".pulumi", "state", ".pulumi");
  const inUse = backendFolder(process.env.PULUMI_BACKEND_URL);
  if (inUse !== undefined && isSamePath(inUse, folder)) return false;
  return stacksIn(folder, PROJECT)
    .flatMap((stack) => serversInState(stateFile(folder, PROJECT, stack)))
    .some((known) => known.kind === "docker" && known.name === name);
}

function anotherEngine(): ExpectedError {
  const { DOCKER_HOST: named = "" } = process.env;
  return new ExpectedError(
    `${named === "" ? "This machine's Docker Engine" : `The Docker Engine at ${named} (DOCKER_HOST)`} is not the engine ` +
      "in which the stack's container was created. Nothing in it was changed.",
    "Set DOCKER_HOST to the engine in which the container was created, or unset it if that was the default engine. If the old engine no longer exists, remove the stack from the state: " +
      "`pulumi stack rm <stack> --force --preserve-config`. The next `npm run up` then creates everything in this engine.",
  );
}

function notOurs(what: string, name: string): ExpectedError {
  return new ExpectedError(
    `The ${what} ${name} in the Docker Engine was not created by the stack. It was not changed.`,
    `Rename or remove it, then run the same command again. \`docker inspect ${name}\` shows what it is.`,
  );
}

function copied(maker: string, name: string): ExpectedError {
  return new ExpectedError(
    `This project is a copy of ${maker}, whose state also contains the container ${name}. It was not changed.`,
    `Use the stack in ${maker}. Or give this copy its own server: ` +
      "`pulumi stack rm <stack> --force --preserve-config`, then `npm run up -- --stack <stack>`.",
  );
}
