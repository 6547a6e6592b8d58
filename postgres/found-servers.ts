import { existsSync } from "node:fs";
import { join } from "node:path";
import { isSamePath } from "../common/same-path";
import { ExpectedError } from "../common/errors";
import { type KnownServer, PROJECT, serversInState, stacksIn, stateFile } from "../common/local-state";
import type { Log } from "../common/progress";
import { folderBytes } from "./disk-space";
import { dockerServers, volumeBytes } from "./docker/all-servers";
import { removePlace } from "./docker/place";
import { removeServer } from "./embedded-server";
import { embeddedServers } from "./embedded/all-servers";
import type { FoundServer } from "./found-server";

/** Where states are looked for. */
export interface States {
  /** This project's folder. */
  projectRoot: string;
  /** The folder of the backend in use, where that is a folder; see `backendFolder`. */
  backend: string | undefined;
}

/** Every server on this machine that this program has made, in the order of their names. */
export async function findServers({ projectRoot }: States): Promise<FoundServer[]> {
  const found = [...embeddedServers([projectRoot]), ...(await dockerServers())];
  return found.sort((one, other) => one.name.localeCompare(other.name));
}

/** The project whose state knows a server: its folder, or undefined where no state on this machine does. */
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

/** Whether a state means a server: by its place, or by the stack where the place has moved with the project. */
function isSame(known: KnownServer, server: FoundServer, stack: string): boolean {
  if (known.kind === "docker") return server.kind === "docker" && known.name === server.place;
  if (server.kind !== "embedded") return false;
  return known.dataDirectory === server.place || (stack === server.stack && !existsSync(known.dataDirectory));
}

/** The bytes that a server has on disk; undefined where they are not known. */
export async function bytesOf({ kind, place }: FoundServer): Promise<number | undefined> {
  return kind === "embedded" ? folderBytes(place) : volumeBytes(place);
}

/** Ends a server, and removes it with its data. */
export async function removeFound(server: FoundServer, log: Log): Promise<void> {
  if (server.kind === "embedded") await removeServer(server.place, log, server.stack);
  else await removePlace({ name: server.place, host: "", port: 0 }, log);
}

/**
 * Ends the server of that name which no state knows.
 *
 * @param isBeingMade whether a run is at work on the server's stack
 * @throws ExpectedError when there is none, a state knows it, or it is being made
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
      `There is no server ${name} on this machine that this program has made.`,
      "`npm run servers` lists them.",
    );
  }
  const root = whoKnows(server, states);
  if (root !== undefined) {
    throw new ExpectedError(
      `The server ${name} is that of stack "${server.stack}" of ${root}, whose state knows it.`,
      `Destroy the stack instead: \`cd '${root}' && npm run down -- --stack ${server.stack}\`.`,
    );
  }
  if (states.backend === undefined && server.projectRoot === states.projectRoot) {
    throw new ExpectedError(
      `The server ${name} is that of stack "${server.stack}" of this project, whose states are not on this machine.`,
      `Destroy the stack instead: \`npm run down -- --stack ${server.stack}\`.`,
    );
  }
  if (isBeingMade(server)) {
    throw new ExpectedError(
      `A run is at work on stack "${server.stack}", to which the server ${name} belongs.`,
      "Wait for its end, then run the same command again. The lock of a run on another machine that was killed is removed by " +
        `\`pulumi cancel --stack ${server.stack}\`.`,
    );
  }
  await removeFound(server, log);
}

/** The servers of a stack that its state does not know: it was lost, or a run was killed before it wrote it. */
async function leftServers(stack: string, states: States): Promise<FoundServer[]> {
  return (await findServers(states)).filter(
    (server) =>
      server.stack === stack &&
      server.projectRoot !== undefined &&
      isSamePath(server.projectRoot, states.projectRoot) &&
      whoKnows(server, states) === undefined,
  );
}

/**
 * Ends the servers of a stack that its state does not know.
 *
 * @returns whether there were any
 */
export async function removeLeftServers(stack: string, states: States, log: Log): Promise<boolean> {
  const left = await leftServers(stack, states);
  for (const server of left) {
    log(`The stack's state does not know the server ${server.name}, which is the stack's own.`);
    await removeFound(server, log);
  }
  return left.length > 0;
}

/**
 * Refuses to make a container beside one that the stack has already. In an embedded server's folder, the server itself
 * is found.
 *
 * @throws ExpectedError with the container that the stack's state does not know
 */
export async function assertNoContainerLeft(stack: string, states: States): Promise<void> {
  const [left] = (await leftServers(stack, states)).filter(({ kind }) => kind === "docker");
  if (left === undefined) return;
  throw new ExpectedError(
    `The container ${left.name} belongs to stack "${stack}", but the stack's state does not know it: the state was lost, ` +
      "or is another one's.",
    `Bring the state back by \`pulumi stack import -s ${stack}\`. Or remove the container with its data by ` +
      `\`npm run down -- --stack ${stack}\`, then run \`npm run up -- --stack ${stack}\`.`,
  );
}
