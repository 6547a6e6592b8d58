import { join } from "node:path";
import type Docker from "dockerode";
import { isSamePath } from "../../common/same-path";
import { ExpectedError } from "../../common/errors";
import { backendFolder, PROJECT, serversInState, stacksIn, stateFile } from "../../common/local-state";
import { ignoring } from "./container";
import { PLACE_LABEL, PROJECT_LABEL } from "./engine";

/** A stack's place in an engine, as its state knows it. */
export interface KnownPlace {
  name: string;
  /** The engine's own number; states of earlier versions have none. */
  engine?: string;
}

/** The engine's own number, by which it is told from another one; undefined where it has none. */
export async function engineId(docker: Docker): Promise<string | undefined> {
  const { ID: id } = (await docker.info().catch(() => ({}))) as { ID?: string };
  return id === "" ? undefined : id;
}

/**
 * Proves that what is in the engine under a place's name is the stack's, before any of it is stopped, removed or reused.
 *
 * @param projectRoot absolute path of the stack's project
 * @throws ExpectedError when this is another engine, the container or volume is somebody else's, or the place is that of
 *   the project of which this one is a copy
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

/** Whether the volume with the stack's data is there. */
export async function hasVolume(docker: Docker, name: string): Promise<boolean> {
  return (await volumeLabels(docker, name)) !== undefined;
}

/** The labels of a volume; undefined where there is none. */
export async function volumeLabels(docker: Docker, name: string): Promise<Labels | undefined> {
  const volume = await docker.getVolume(name).inspect().catch(ignoring(404));
  return volume === undefined ? undefined : { ...volume.Labels };
}

type Labels = Record<string, string | undefined>;

/** Whether the state in a project's own folder knows the place; not, where that is the state in use here. */
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
    `${named === "" ? "This machine's Docker Engine" : `The Docker Engine at ${named} (DOCKER_HOST)`} is another one ` +
      "than that of the stack's container; nothing in it is touched.",
    "Set DOCKER_HOST back. If the old engine is gone for good, forget what was in it: " +
      "`pulumi stack rm <stack> --force --preserve-config`. The next `npm run up` begins anew in this one.",
  );
}

function notOurs(what: string, name: string): ExpectedError {
  return new ExpectedError(
    `The ${what} ${name} in the Docker Engine is not the one that the stack has made; it is left alone.`,
    `Rename or remove it: \`docker inspect ${name}\` shows what it is.`,
  );
}

function copied(maker: string, name: string): ExpectedError {
  return new ExpectedError(
    `This project is a copy of ${maker}, whose state knows the container ${name} too; it is left alone.`,
    `Work on the stack in ${maker}. Or make this copy a stack with its own server: ` +
      "`pulumi stack rm <stack> --force --preserve-config`, then `npm run up -- --stack <stack>`.",
  );
}
