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

/** What an embedded server is to be. */
export interface EmbeddedServer extends Access {
  /** The data folder; relative to the project. Default: see `defaultDataDirectory`. */
  dataDir?: string;
  /** Where `findServer` has found the server, which need not be where a new one would be made. Absolute path. */
  foundAt?: string;
  /** Absolute path of the project that the stack belongs to. */
  projectRoot: string;
  stack: string;
  /** PostgreSQL's major version. Default: the one that is installed with the project. */
  postgresVersion?: number;
  /** Default: a free port, chosen when the server first starts and kept in its configuration. */
  port?: number;
  adminPassword: string;
  /** The administrator's password so far, where it has changed. */
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
  /** PostgreSQL's own number of the server, as in `pg_control_system()`. */
  systemIdentifier: string;
}

/** A server that must replay its log after a crash answers late. */
const READY_TIMEOUT_SECONDS = 600;

/**
 * Brings the stack's PostgreSQL server into being, or back: makes the data folder where it is missing, starts a
 * stopped or crashed server on the port it had, leaves a running one alone, and follows changes of port, access
 * and administrator password. May be killed at any moment; the next call goes on from there.
 *
 * @throws ExpectedError for a data folder that is not the stack's or another version's, a busy port, or a server that
 * does not start
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
    // A process that was killed a moment ago still looked alive. The server is started once more.
    if (!wasRunning || serverState(dataDirectory) === "running") throw error;
    return serving(dataDirectory, server, log);
  });
  completeMarker(dataDirectory, stack, projectRoot);
  const { systemIdentifier } = serverIdentity(dataDirectory)!;
  const logFile = logFileOf(dataDirectory);
  return { host: "127.0.0.1", port, dataDirectory, logFile, version, systemIdentifier };
}

/**
 * Restarts a server, so that settings which need it take effect. Also starts one that is stopped.
 *
 * @throws ExpectedError for a folder that this program did not make, or that holds another server now
 */
export async function restartServer(dataDirectory: string, log: Log): Promise<void> {
  const marker = readMarker(dataDirectory);
  const found = marker && whose(dataDirectory, marker);
  if (found?.kind !== "own") {
    throw new ExpectedError(
      found?.reason ?? `The folder ${dataDirectory} holds no server of this program.`,
      "No server was restarted. `pulumi preview` says what has become of the stack's own.",
    );
  }
  await stopServer(dataDirectory);
  const port = keptPort(dataDirectory);
  if (port !== undefined) await assertPortReleased(port);
  await startServer(dataDirectory, log);
}

/** Brings the server up and proves that it serves its administrator. */
async function serving(
  dataDirectory: string,
  server: EmbeddedServer,
  log: Log,
): Promise<{ port: number; version: string }> {
  const port = await bringUp(dataDirectory, server, log);
  return { port, version: await ensureAdminPassword(server, dataDirectory, port, log) };
}

/** Starts the server if it is down, with the configured access. Returns its port: the configured one, or its own. */
async function bringUp(dataDirectory: string, server: EmbeddedServer, log: Log): Promise<number> {
  const named = server.port ?? keptPort(dataDirectory);
  if (named !== undefined) return bringUpAt(named, dataDirectory, server, log);
  for (;;) {
    const chosen = await freePort();
    try {
      return await bringUpAt(chosen, dataDirectory, server, log);
    } catch (error) {
      // Nobody knows this port yet: where another program was faster, the next one will do.
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
  // What it does, not what the files said before: an interrupted run may have written them. A server whose folder was
  // moved looks for its configuration in the old place.
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

/** Proves that the server takes the administrator's password, after changing it where it is still the previous one. */
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
      // A verifier, so that the server's log never sees the password.
      const verifier = quoteLiteral(await scramVerifier(adminPassword));
      await client.query(`ALTER ROLE ${quoteIdentifier(adminUser)} PASSWORD ${verifier}`);
    });
    log(`Password of "${adminUser}" changed`);
  }
  return waitUntilReady(urlWith(adminPassword), patience, log);
}

function unknownServer(dataDirectory: string, stack: string): ExpectedError {
  return new ExpectedError(
    `The server in ${dataDirectory} belongs to stack "${stack}" but does not take the administrator's password in the ` +
      "stack's state: the state was lost, or is another one's.",
    `Bring the state back by \`pulumi stack import -s ${stack}\`. Or remove the server with its data by ` +
      `\`npm run down -- --stack ${stack}\`, then run \`npm run up -- --stack ${stack}\`.`,
  );
}
