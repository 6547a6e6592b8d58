import { isDeepStrictEqual } from "node:util";
import { ExpectedError } from "../runtime/errors";
import type { Log } from "../runtime/progress";
import { connectionUrl, quoteIdentifier, quoteLiteral, withClient } from "./connection";
import { ensureCertificate } from "./embedded/certificate";
import {
  type Access,
  assertPortFree,
  freePort,
  isFree,
  keptPort,
  listenAddress,
  writeConfiguration,
} from "./embedded/configuration";
import {
  assertOwnOrEmpty,
  assertVersion,
  type Marker,
  readMarker,
  removeDefaultParents,
  removeMarkedFolder,
  usableDataDirectory,
} from "./embedded/data-directory";
import { removeBinaries } from "./embedded/binaries";
import { initialiseDataDirectory, removeUnfinished } from "./embedded/initialise";
import { listening, logFileOf, reloadServer, serverState, startServer, stopServer } from "./embedded/process";
import { forgetFolder, rememberFolder } from "./embedded/registry";
import { INSTALLED } from "./embedded/releases";
import { acceptsLogin, waitUntilReady } from "./readiness";
import { scramVerifier } from "./scram";

export { defaultDataDirectory } from "./embedded/data-directory";
export { serverState, type ServerState } from "./embedded/process";

/** What an embedded server is to be. */
export interface EmbeddedServer extends Access {
  /** The data folder; relative to the project. Default: see `defaultDataDirectory`. */
  dataDir?: string;
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
  const dataDirectory = usableDataDirectory(server.dataDir, server.projectRoot, server.stack);
  const marker: Marker = { madeBy: "chat-perf", stack: server.stack, projectRoot: server.projectRoot };
  assertOwnOrEmpty(dataDirectory, marker);
  const { postgresVersion = INSTALLED } = server;
  if (serverState(dataDirectory) === "missing") {
    if (server.port !== undefined) await assertPortFree(server.port);
    await initialiseDataDirectory(dataDirectory, postgresVersion, marker, server, log);
  }
  assertVersion(dataDirectory, postgresVersion);
  const port = await bringUp(dataDirectory, server, log);
  rememberFolder(dataDirectory);
  const version = await ensureAdminPassword(server, port, log);
  return { host: "127.0.0.1", port, dataDirectory, logFile: logFileOf(dataDirectory), version };
}

/** Restarts a server, so that settings which need it take effect. Also starts one that is stopped. */
export async function restartServer(dataDirectory: string, log: Log): Promise<void> {
  await stopServer(dataDirectory);
  const port = keptPort(dataDirectory);
  if (port !== undefined) await assertPortFree(port);
  await startServer(dataDirectory, log);
}

/**
 * Stops the server and deletes its data folder, with the project's folder of data folders once that is empty.
 * Nothing to do where there is none.
 *
 * @throws ExpectedError for a folder that this program did not make
 */
export async function removeServer(dataDirectory: string, log: Log): Promise<void> {
  removeUnfinished(dataDirectory);
  if (readMarker(dataDirectory) !== undefined) {
    log(`Stopping PostgreSQL and removing ${dataDirectory}`);
    await stopServer(dataDirectory);
    removeMarkedFolder(dataDirectory);
  } else if (serverState(dataDirectory) !== "missing") {
    throw new ExpectedError(
      `The data folder ${dataDirectory} was not made by this program and is left alone.`,
      "Remove it by hand if it is no longer needed.",
    );
  }
  removeBinaries(dataDirectory);
  forgetFolder(dataDirectory);
  removeDefaultParents(dataDirectory);
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
  if (port !== before || !running) await assertPortFree(port);
  ensureCertificate(dataDirectory);
  writeConfiguration(dataDirectory, port, server);
  const listens = { port, address: listenAddress(server) };
  // What it does, not what the files said before: an interrupted run may have written them.
  if (running && isDeepStrictEqual(listening(dataDirectory), listens)) {
    reloadServer(dataDirectory);
    return port;
  }
  if (running) await stopServer(dataDirectory);
  log(`Starting PostgreSQL at ${listens.address}:${port}`);
  await startServer(dataDirectory, log);
  return port;
}

/** Proves that the server takes the administrator's password, after changing it where it is still the previous one. */
async function ensureAdminPassword(server: EmbeddedServer, port: number, log: Log): Promise<string> {
  const { adminUser, adminPassword, previousAdminPassword } = server;
  const urlWith = (password: string): string =>
    connectionUrl({ host: "127.0.0.1", port, database: "postgres", user: adminUser, password });
  const url = urlWith(adminPassword);
  if (!(await acceptsLogin(url, READY_TIMEOUT_SECONDS, log)) && previousAdminPassword !== undefined) {
    await withClient(urlWith(previousAdminPassword), async (client) => {
      // A verifier, so that the server's log never sees the password.
      const verifier = quoteLiteral(await scramVerifier(adminPassword));
      await client.query(`ALTER ROLE ${quoteIdentifier(adminUser)} PASSWORD ${verifier}`);
    });
    log(`Password of "${adminUser}" changed`);
  }
  return waitUntilReady(url, { timeoutSeconds: READY_TIMEOUT_SECONDS }, log);
}
