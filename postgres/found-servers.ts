import { existsSync } from "node:fs";
import { join } from "node:path";
import { birthOf, isSamePath } from "../common/same-path";
import { ExpectedError } from "../common/errors";
import { type KnownServer, PROJECT, serversInState, stacksIn, stateFile } from "../common/local-state";
import type { Log } from "../common/progress";
import { folderBytes } from "./disk-space";
import { dockerServers, volumeBytes } from "./docker/all-servers";
import { removePlace } from "./docker/place";
import { removeServer } from "./embedded-server";
import { embeddedServers } from "./embedded/all-servers";
import type { FoundServer } from "./found-server";

/** The places where stack states are searched. */
export interface States {
  /** This project's folder. */
  projectRoot: string;
  /** The folder of the current backend, if the backend is a folder; see `backendFolder`. */
  backend: string | undefined;
}

/** Every server on this machine that this program has created, sorted by name. */
export async function findServers({ projectRoot }: States): Promise<FoundServer[]> {
  const found = [...embeddedServers([projectRoot]), ...(await dockerServers())];
  return found.sort((one, other) => one.name.localeCompare(other.name));
}

/** The folder of the project whose state contains a server. Undefined when no state on this machine contains it. */
export function whoKnows(server: FoundServer, { projectRoot, backend }: States): string | undefined {
  const own = server.projectRoot;
  const places = [
    { root: projectRoot, folder: backend },
    { root: projectRoot, folder: join(projectRoot, ".pulumi", "state", ".pulumi") },
    ...(own === undefined ? [] : [{ root: own, folder: join(own, ".pulumi", "state", ".pulumi") }]),
  ];
  return places.find(
    ({ folder }) =>
      folder !== undefined &&
      stacksIn(folder, PROJECT).some((stack) =>
        serversInState(stateFile(folder, PROJECT, stack)).some((known) => isSame(known, server, stack)),
      ),
  )?.root;
}

/**
 * Whether an entry of a state refers to a server. They are matched by place, or by stack name when the place has moved
 * with its project.
 */
function isSame(known: KnownServer, server: FoundServer, stack: string): boolean {
  if (known.kind === "docker") return server.kind === "docker" && known.name === server.place;
  if (server.kind !== "embedded") return false;
  return known.dataDirectory === server.place || (stack === server.stack && !existsSync(known.dataDirectory));
}

/** The size of a server on disk, in bytes. Undefined when it is not known. */
export async function bytesOf({ kind, place }: FoundServer): Promise<number | undefined> {
  return kind === "embedded" ? folderBytes(place) : volumeBytes(place);
}

/** Stops a server, and removes it with its data. */
export async function removeFound(server: FoundServer, log: Log): Promise<void> {
  if (server.kind === "embedded") await removeServer(server.place, log, server.stack);
  else await removePlace({ name: server.place, host: "", port: 0 }, log);
}

/**
 * Stops and removes the server of that name, which no state may contain.
 *
 * @param isBeingMade whether a run is working on the server's stack
 * @throws ExpectedError when there is no such server, a state contains it, or a run is creating it
 */
export async function removeOrphan(
  name: string,
  states: States,
  isBeingMade: (server: FoundServer) => boolean,
  log: Log,
): Promise<void> {
  const server = (await findServers(states)).find((each) => each.name === name);
  if (server === undefined) {
    throw new ExpectedError(
      `This program has created no server with the name ${name} on this machine.`,
      "Choose one of the names that `npm run servers` lists.",
    );
  }
  const root = whoKnows(server, states);
  if (root !== undefined) {
    throw new ExpectedError(
      `The server ${name} was not removed, because stack "${server.stack}" in ${root} still uses it.`,
      `Destroy the stack instead: \`cd '${root}' && npm run down -- --stack ${server.stack}\`.`,
    );
  }
  if (states.backend === undefined && server.projectRoot === states.projectRoot) {
    throw new ExpectedError(
      `The server ${name} belongs to stack "${server.stack}" of this project, whose states are not on this machine.`,
      `Destroy the stack instead: \`npm run down -- --stack ${server.stack}\`.`,
    );
  }
  if (isBeingMade(server)) {
    throw new ExpectedError(
      `A run is working on stack "${server.stack}", to which the server ${name} belongs.`,
      "Wait until it has ended, then run the same command again. If the run was on another machine and was killed, remove its lock with " +
        `\`pulumi cancel --stack ${server.stack}\`.`,
    );
  }
  await removeFound(server, log);
}

/**
 * The servers of a stack that its state does not contain, because the state was lost, or a run was killed before it
 * wrote the state. A container is recognised by the birth of its project's folder, which a move keeps.
 */
async function leftServers(
  stack: string,
  states: States,
): Promise<{ own: FoundServer[]; former: FoundServer[] }> {
  const { projectRoot } = states;
  const birth = birthOf(projectRoot);
  const left = (await findServers(states)).filter(
    (server) => server.stack === stack && whoKnows(server, states) === undefined,
  );
  const isHere = ({ projectRoot: made }: FoundServer) => made !== undefined && isSamePath(made, projectRoot);
  return {
    own: left.filter((server) =>
      server.projectBirth === undefined ? isHere(server) : server.projectBirth === birth,
    ),
    // Their project was in this folder. It was moved, and may still need them, or it was deleted.
    former: left.filter(
      (server) => isHere(server) && server.projectBirth !== undefined && server.projectBirth !== birth,
    ),
  };
}

/**
 * Stops and removes the servers of a stack that its state does not contain.
 *
 * @returns whether there were any
 */
export async function removeLeftServers(stack: string, states: States, log: Log): Promise<boolean> {
  const { own, former } = await leftServers(stack, states);
  for (const server of own) {
    log(`The server ${server.name} belongs to the stack, but the stack's state does not contain it.`);
    await removeFound(server, log);
  }
  former.forEach((server) => {
    log(ofFormerProject(server));
  });
  return own.length > 0;
}

/**
 * Refuses to create a container for a stack that already has one. For an embedded server this is not needed, because
 * the server is found in its folder.
 *
 * @throws ExpectedError that names a container of the stack that is missing in the stack's state
 */
export async function assertNoContainerLeft(stack: string, states: States, log: Log): Promise<void> {
  const { own, former } = await leftServers(stack, states);
  former.forEach((server) => {
    log(ofFormerProject(server));
  });
  const left = own.find(({ kind }) => kind === "docker");
  if (left === undefined) return;
  throw new ExpectedError(
    `The container ${left.name} belongs to stack "${stack}", but the stack's state does not contain it. Either the state ` +
      "was lost, or it describes another server.",
    `Restore the state with \`pulumi stack import -s ${stack}\`. Or delete the container and its data: run ` +
      `\`npm run down -- --stack ${stack}\`, then \`npm run up -- --stack ${stack}\`.`,
  );
}

function ofFormerProject({ name, stack }: FoundServer): string {
  return (
    `The container ${name} belongs to stack "${stack}" of another project that was in this folder. It was not changed. ` +
    `If nothing needs it, remove it with \`npm run servers -- --remove ${name}\`.`
  );
}
