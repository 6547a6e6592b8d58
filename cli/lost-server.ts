import { toolchainEnvironment } from "../toolchain/environment";
import { projectRoot } from "../toolchain/layout";
import { ExpectedError } from "../common/errors";
import { backendFolder, PROJECT, serversInState, stateFile, urnsInState } from "../common/local-state";
import { protectedLoss } from "../common/protected-loss";
import { stackName } from "../common/stack-name";
import { print } from "./plain-text";
import { pulumi } from "./pulumi";

/**
 * Destroys what is left of a stack whose embedded server is gone, where version 0.1 wrote the state. The update makes
 * the server and everything in it anew in later states. In such an old one it would look in the lost server for each
 * thing that is to be replaced.
 *
 * @param protect whether the stack's configuration protects it
 * @returns the exit code: 0 also when there was nothing to do
 * @throws ExpectedError when the stack is protected
 */
export async function destroyAfterLoss(stack: string, protect: boolean): Promise<number> {
  const name = stackName(stack);
  const backend = backendFolder(toolchainEnvironment().PULUMI_BACKEND_URL);
  if (backend === undefined) return 0;
  const file = stateFile(backend, PROJECT, name);
  const reason = lossIn(file, name);
  if (reason === undefined) return 0;
  if (protect) {
    const { problem, remedy } = protectedLoss(name, "folder");
    throw new ExpectedError(`${reason} ${problem}`, remedy);
  }
  print(`${reason} The server is created again, with everything in it.`);
  // The protection in the state would refuse the deletion.
  for (const urn of urnsInState(file, "Protection")) {
    const code = await pulumi(["state", "delete", urn, "--stack", stack, "--yes"]);
    if (code !== 0) return code;
  }
  return pulumi(["destroy", "--stack", stack, "--yes", "--skip-preview"]);
}

/** The loss of the embedded server in a state of version 0.1, as a sentence. Undefined when the server exists. */
function lossIn(file: string, stack: string): string | undefined {
  const old = serversInState(file).flatMap((server) =>
    server.kind === "embedded" && server.systemIdentifier === undefined ? [server] : [],
  );
  for (const { dataDirectory, dataDir } of old) {
    const recorded = { stack, projectRoot, dataDirectory };
    const found = findServer()(dataDir === undefined ? recorded : { ...recorded, dataDir });
    if (found.dataDirectory === undefined && found.obstacle === undefined) return found.reason;
  }
  return undefined;
}

/**
 * Loads the search for servers. It is needed for old states only, and loading it takes longer than the rest of the
 * command.
 */
function findServer(): (typeof import("../postgres/embedded/find-server"))["findServer"] {
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- loaded when it is called, as an `import` never is
  return (require("../postgres/embedded/find-server") as typeof import("../postgres/embedded/find-server"))
    .findServer;
}
