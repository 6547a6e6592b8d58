import { pathToFileURL } from "node:url";
import { formatBytes } from "../common/format";
import { toolchainEnvironment } from "../toolchain/environment";
import { projectRoot, stateFolder } from "../toolchain/layout";
import { bytesOf, findServers, removeOrphan, type States, whoKnows } from "../postgres/found-servers";
import { backendFolder, PROJECT } from "../common/local-state";
import { isInUse } from "./abandoned-lock";
import type { FoundServer } from "../postgres/found-server";
import type { Command, Syntax } from "./front/command";
import { parseLine } from "./front/parse";
import { runIfMain } from "./front/run";
import { print } from "./plain-text";

const syntax = {
  name: "servers",
  summary:
    "Lists every server on this machine that this program has started, in whatever clone: stack, project, folder, port, " +
    "size, and whether a state knows it.",
  examples: ["", "--remove dev-3f2a91c0"],
  options: {
    remove: { value: "NAME", description: "end a server that no state knows, and remove it with its data" },
  },
  exitCodes: "0 it is done; 1 the server is not removed",
} as const satisfies Syntax;

/** What `npm run servers -- …` asks for. */
export interface ServersRequest {
  /** Name of the server to remove. Without it, all servers are listed. */
  remove?: string;
}

/**
 * Parses the command line: the server to remove, if one is named.
 *
 * @throws ExpectedError for an unknown option
 */
export function parseServersArguments(args: string[]): ServersRequest {
  return parseLine(syntax, args).values;
}

/** Describes a server in three lines. */
export function serverLines(
  server: FoundServer,
  bytes: number | undefined,
  knownIn: string | undefined,
): string[] {
  const { name, kind, state, port, stack, projectRoot: root, place } = server;
  const facts = [
    port === undefined ? state : `${state} at port ${port}`,
    ...(bytes === undefined ? [] : [formatBytes(bytes)]),
    knownIn === undefined ? "in no state on this machine" : "in the state of its stack",
  ];
  return [
    `${name}: ${facts.join(", ")}`,
    `  stack ${stack} of ${root ?? knownIn ?? "an unknown project"}`,
    `  ${kind === "embedded" ? "folder" : "container and volume"} ${place}`,
  ];
}

/** Whether a run is working on a server's stack. Its state will then contain the server soon. */
function isBeingMade({ stack, projectRoot: root = projectRoot }: FoundServer): boolean {
  const backends = [toolchainEnvironment().PULUMI_BACKEND_URL, pathToFileURL(stateFolder(root)).href];
  return backends.some((backend) => isInUse(backend, PROJECT, stack));
}

async function list(states: States): Promise<void> {
  const found = await findServers(states);
  if (found.length === 0) print("This program has created no servers on this machine.");
  let unknown = 0;
  for (const server of found) {
    const root = whoKnows(server, states);
    if (root === undefined) unknown++;
    for (const line of serverLines(server, await bytesOf(server), root)) print(line);
    print("");
  }
  if (unknown > 0) {
    print("Remove a server that is in no state: npm run servers -- --remove NAME");
    print("Its state may also be in another backend or on another machine.");
  }
}

async function servers({ remove }: ServersRequest): Promise<undefined> {
  const states = { projectRoot, backend: backendFolder(toolchainEnvironment().PULUMI_BACKEND_URL) };
  if (remove === undefined) await list(states);
  else await removeOrphan(remove, states, isBeingMade, print);
}

export const command: Command<ServersRequest> = { ...syntax, parse: parseServersArguments, run: servers };

runIfMain(module, command);
