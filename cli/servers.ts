import { pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import { formatBytes } from "../common/format";
import { toolchainEnvironment } from "../toolchain/environment";
import { projectRoot, stateFolder } from "../toolchain/layout";
import {
  bytesOf,
  findServers,
  type FoundServer,
  removeOrphan,
  type States,
  whoKnows,
} from "../postgres/found-servers";
import { describeError, ExpectedError } from "../common/errors";
import { backendFolder, PROJECT } from "../common/local-state";
import { isInUse } from "./abandoned-lock";
import { print } from "./plain-text";

const help = `Lists every server on this machine that this program has started, whatever clone.

  npm run servers
  npm run servers -- --remove dev-3f2a91c0

  --remove NAME   end a server that no state knows, and remove it with its data
  --help          show this

Exit code: 0 done, 1 the server is not removed, or the command line is wrong.
`;

/**
 * The server to remove, if one is named; `help` when only the usage is asked for.
 *
 * @throws ExpectedError for a command line that cannot be understood
 */
export function parseServersArguments(args: string[]): "help" | { remove?: string } {
  try {
    const { values } = parseArgs({
      args,
      options: { remove: { type: "string" }, help: { type: "boolean", short: "h" } },
    });
    if (values.help === true) return "help";
    return values.remove === undefined ? {} : { remove: values.remove };
  } catch (error) {
    throw new ExpectedError(`${(error as Error).message}.`, "`npm run servers -- --help` shows all options.");
  }
}

/** A server in three lines. */
export function serverLines(
  server: FoundServer,
  bytes: number | undefined,
  knownIn: string | undefined,
): string[] {
  const { name, kind, state, port, stack, projectRoot: root, place } = server;
  const facts = [
    port === undefined ? state : `${state} at port ${port}`,
    ...(bytes === undefined ? [] : [formatBytes(bytes)]),
    knownIn === undefined ? "known to no state here" : "known to its stack",
  ];
  return [
    `${name}: ${facts.join(", ")}`,
    `  stack ${stack} of ${root ?? knownIn ?? "an unknown project"}`,
    `  ${kind === "embedded" ? "folder" : "container and volume"} ${place}`,
  ];
}

/** Whether a run is at work on a server's stack, which its state will know in a moment. */
function isBeingMade({ stack, projectRoot: root = projectRoot }: FoundServer): boolean {
  const backends = [toolchainEnvironment().PULUMI_BACKEND_URL, pathToFileURL(stateFolder(root)).href];
  return backends.some((backend) => isInUse(backend, PROJECT, stack));
}

async function list(states: States): Promise<void> {
  const found = await findServers(states);
  if (found.length === 0) print("This program has no servers on this machine.");
  let unknown = 0;
  for (const server of found) {
    const root = whoKnows(server, states);
    if (root === undefined) unknown++;
    for (const line of serverLines(server, await bytesOf(server), root)) print(line);
    print("");
  }
  if (unknown > 0) {
    print("End a server that no state knows: npm run servers -- --remove NAME");
    print("A state may also be elsewhere: in another backend, or on another machine.");
  }
}

async function servers(args: string[]): Promise<void> {
  const request = parseServersArguments(args);
  if (request === "help") {
    process.stdout.write(help);
    return;
  }
  const states = { projectRoot, backend: backendFolder(toolchainEnvironment().PULUMI_BACKEND_URL) };
  if (request.remove === undefined) await list(states);
  else await removeOrphan(request.remove, states, isBeingMade, print);
}

if (require.main === module) {
  servers(process.argv.slice(2)).catch((error: unknown) => {
    console.error(describeError(error));
    process.exitCode = 1;
  });
}
