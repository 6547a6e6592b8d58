import { ExpectedError } from "../common/errors";
import type { Log } from "../common/progress";
import { connectionUrl, quoteIdentifier, quoteLiteral, withAdministrator } from "./connection";
import { ensureCertificate } from "./embedded/certificate";
import {
  type Access,
  assertPortFree,
  assertPortReleased,
  freePort,
  isFree,
  keptPort,
  listenAddress,
  writeConfiguration,
} from "./embedded/configuration";
import { assertVersion, usableDataDirectory } from "./embedded/data-directory";
import { inTheWay, whose } from "./embedded/find-server";
import { initialiseDataDirectory } from "./embedded/initialise";
import { completeMarker, readMarker, serverIdentity } from "./embedded/marker";
import { pidFile } from "./embedded/postmaster";
import { rememberFolder } from "./embedded/registry";
import { endLeftovers } from "./embedded/removal";
import { logFileOf, reloadServer, serverState, startServer, stopServer } from "./embedded/process";
import { INSTALLED } from "./embedded/releases";
import { acceptsLogin, waitUntilReady } from "./readiness";
import { scramVerifier } from "./scram";

export { defaultDataDirectory } from "./embedded/data-directory";
export { findServer, type RecordedServer } from "./embedded/find-server";
export { forgetPlace, removeRecordedServer, removeServer } from "./embedded/removal";
export { serverState, type ServerState } from "./embedded/process";

/** The description of the embedded server that a stack wants. */
export interface EmbeddedServer extends Access {
  /**
   * The data folder, relative to the project.
   *
   * @default see `defaultDataDirectory`
   */
  dataDir?: string;
  /** The absolute path at which `findServer` found the server. A new server may be created elsewhere. */
  foundAt?: string;
  /** Absolute path of the project that the stack belongs to. */
  projectRoot: string;
  stack: string;
  /**
   * PostgreSQL's major version.
   *
   * @default the one that is installed with the project
   */
  postgresVersion?: number;
  /** @default a free port, which is chosen at the first start and kept in the server's configuration */
  port?: number;
  adminPassword: string;
  /** The administrator's previous password, when it has changed. */
  previousAdminPassword?: string;
}

/** An embedded server that accepts connections. */
export interface RunningServer {
  host: "127.0.0.1";
  port: number;
  /** Absolute path. */
  dataDirectory: string;
  logFile: string;
  /** e.g. `18.4` */
  version: string;
  /** PostgreSQL's system identifier, as in `pg_control_system()`. */
  systemIdentifier: string;
}

/** Crash recovery can take minutes. */
const READY_TIMEOUT_SECONDS = 600;

/**
 * Makes sure that the stack's PostgreSQL server runs. It creates a missing data folder, starts a stopped or crashed
 * server on its previous port, and applies changes of port, access rules and administrator password. A running server
 * is left running. The call may be killed at any moment, and the next call continues its work.
 *
 * @throws ExpectedError when the data folder belongs to something else or to another version, the port is taken, or the
 *   server does not start
 */
export async function ensureServer(server: EmbeddedServer, log: Log): Promise<RunningServer> {
  const { stack, projectRoot, postgresVersion = INSTALLED } = server;
  const dataDirectory = server.foundAt ?? usableDataDirectory(server.dataDir, projectRoot, stack);
  const found = whose(dataDirectory, { stack, projectRoot });
  if (["copy", "torn", "foreign"].includes(found.kind)) throw inTheWay(found);
  if (found.kind !== "own") {
    await endLeftovers(dataDirectory, stack);
    if (server.port !== undefined) await assertPortFree(server.port);
    await initialiseDataDirectory(dataDirectory, postgresVersion, server, log);
  }
  assertVersion(dataDirectory, postgresVersion);
  rememberFolder(dataDirectory);
  const wasRunning = serverState(dataDirectory) === "running";
  const { port, version } = await serving(dataDirectory, server, log).catch((error: unknown) => {
    // A process that was killed a moment ago had still looked alive. The server is started once more.
    if (!wasRunning || serverState(dataDirectory) === "running") throw error;
    return serving(dataDirectory, server, log);
  });
  completeMarker(dataDirectory, stack, projectRoot);
  const { systemIdentifier } = serverIdentity(dataDirectory)!;
  const logFile = logFileOf(dataDirectory);
  return { host: "127.0.0.1", port, dataDirectory, logFile, version, systemIdentifier };
}

/**
 * Restarts a server, so that settings which need a restart take effect. A stopped server is started.
 *
 * @throws ExpectedError when this program did not create the folder, or the folder now holds another server
 */
export async function restartServer(dataDirectory: string, log: Log): Promise<void> {
  const marker = readMarker(dataDirectory);
  const found = marker && whose(dataDirectory, marker);
  if (found?.kind !== "own") {
    throw new ExpectedError(
      found?.reason ?? `The folder ${dataDirectory} holds no server of this program.`,
      "No server was restarted. `pulumi preview` shows what happened to the server of the stack.",
    );
  }
  await stopServer(dataDirectory);
  const port = keptPort(dataDirectory);
  if (port !== undefined) await assertPortReleased(port);
  await startServer(dataDirectory, log);
}

/** Starts the server and proves that the administrator can log in. */
async function serving(
  dataDirectory: string,
  server: EmbeddedServer,
  log: Log,
): Promise<{ port: number; version: string }> {
  const port = await bringUp(dataDirectory, server, log);
  return { port, version: await ensureAdminPassword(server, dataDirectory, port, log) };
}

/**
 * Starts the server if it does not run, with the configured access rules. Returns its port, which is the configured one
 * or the one that it keeps.
 */
async function bringUp(dataDirectory: string, server: EmbeddedServer, log: Log): Promise<number> {
  const named = server.port ?? keptPort(dataDirectory);
  if (named !== undefined) return bringUpAt(named, dataDirectory, server, log);
  for (;;) {
    const chosen = await freePort();
    try {
      return await bringUpAt(chosen, dataDirectory, server, log);
    } catch (error) {
      // Nobody knows this port yet. If another program has taken it meanwhile, any other port is as good.
      if (await isFree(chosen)) throw error;
    }
  }
}

async function bringUpAt(
  port: number,
  dataDirectory: string,
  server: EmbeddedServer,
  log: Log,
): Promise<number> {
  const running = serverState(dataDirectory) === "running";
  const before = keptPort(dataDirectory);
  if (port !== before) await assertPortFree(port);
  else if (!running) await assertPortReleased(port);
  ensureCertificate(dataDirectory);
  writeConfiguration(dataDirectory, port, server);
  const address = listenAddress(server);
  // This compares with the running server and not with the files, which an interrupted run may have written. A server
  // whose folder was moved would look for its configuration in the old place.
  const now = pidFile(dataDirectory);
  if (running && now?.port === port && now.address === address && now.dataDirectory === dataDirectory) {
    reloadServer(dataDirectory);
    return port;
  }
  if (running) await stopServer(dataDirectory);
  log(`Starting PostgreSQL at ${address}:${port}`);
  await startServer(dataDirectory, log);
  return port;
}

/**
 * Proves that the server accepts the administrator's password. If the server still has the previous password, it is
 * changed first.
 */
async function ensureAdminPassword(
  { stack, adminUser, adminPassword, previousAdminPassword }: EmbeddedServer,
  dataDirectory: string,
  port: number,
  log: Log,
): Promise<string> {
  const urlWith = (password: string): string =>
    connectionUrl({ host: "127.0.0.1", port, database: "postgres", user: adminUser, password });
  const patience = {
    timeoutSeconds: READY_TIMEOUT_SECONDS,
    isUp: () => serverState(dataDirectory) === "running",
  };
  const accepts = (password: string): Promise<boolean> => acceptsLogin(urlWith(password), patience, log);
  if (!(await accepts(adminPassword))) {
    if (previousAdminPassword === undefined || !(await accepts(previousAdminPassword))) {
      throw unknownServer(dataDirectory, stack);
    }
    await withAdministrator(urlWith(previousAdminPassword), async (client) => {
      // A verifier is sent, so that the password is never in the server's log.
      const verifier = quoteLiteral(await scramVerifier(adminPassword));
      await client.query(`ALTER ROLE ${quoteIdentifier(adminUser)} PASSWORD ${verifier}`);
    });
    log(`Password of "${adminUser}" changed`);
  }
  return waitUntilReady(urlWith(adminPassword), patience, log);
}

function unknownServer(dataDirectory: string, stack: string): ExpectedError {
  return new ExpectedError(
    `The server in ${dataDirectory} belongs to stack "${stack}" but does not accept the administrator's password in the ` +
      "stack's state. The state was lost, or it is the state of another server.",
    `Restore the state with \`pulumi stack import -s ${stack}\`. Or remove the server with its data with ` +
      `\`npm run down -- --stack ${stack}\`, then run \`npm run up -- --stack ${stack}\`.`,
  );
}
