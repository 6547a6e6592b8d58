import {
  ensureServer,
  findServer,
  forgetPlace,
  type RecordedServer,
  removeRecordedServer,
  serverState,
} from "../../postgres/embedded-server";
import { ExpectedError } from "../../common/errors";
import type { Log } from "../../common/progress";
import type { Task } from "../task";

export interface EmbeddedServerInputs {
  stack: string;
  /** PostgreSQL's major version. */
  postgresVersion: number;
  /** Folder for the server's data; empty: one is chosen. */
  dataDir: string;
  /** 0: a free port is chosen once and kept. */
  wantedPort: number;
  adminUser: string;
  adminPassword: string;
  /** The only database that `roles` may connect to. */
  database: string;
  roles: string[];
  /** Networks beside this machine from which they may, in CIDR notation. */
  allowedCidrs: string[];
}

export interface EmbeddedServerOutputs {
  host: string;
  port: number;
  /** Absolute path. */
  dataDirectory: string;
  logFile: string;
  version: string;
  /** PostgreSQL's own number of the server. States of earlier versions have none. */
  systemIdentifier?: string;
}

type State = EmbeddedServerInputs & EmbeddedServerOutputs;

/** A PostgreSQL server of this stack's own, on this machine, that outlives the command. */
export const embeddedServer: Task<EmbeddedServerInputs, EmbeddedServerOutputs> = {
  create: (inputs, log) => ensureServer(serverOptions(inputs), log),
  update: (inputs, state, log) => bringBack(inputs, state, log),
  // A server that was stopped by a reboot has not changed; it is brought back so that the rest can be looked at.
  async read(state, log) {
    const { systemIdentifier, ...found } = await bringBack(state, state, log);
    // An update writes it down, and with it that everything in the server goes with the server.
    return { ...found, ...(state.systemIdentifier !== undefined && { systemIdentifier }) };
  },
  delete: (state, log) => removeRecordedServer(known(state), log),
  stale(state) {
    const found = findServer(known(state));
    if (found.dataDirectory !== undefined) {
      const moved = found.dataDirectory !== state.dataDirectory;
      return Promise.resolve(moved || serverState(found.dataDirectory) !== "running");
    }
    if (found.obstacle !== undefined) throw found.obstacle;
    // What earlier versions made in the server does not go with it: it would be looked for where the server was.
    if (state.systemIdentifier === undefined) throw beginAnew(found.reason, state.stack);
    return Promise.resolve({ gone: found.reason });
  },
};

async function bringBack(
  inputs: EmbeddedServerInputs,
  state: State,
  log: Log,
): Promise<EmbeddedServerOutputs> {
  const found = findServer(known(state));
  if (found.dataDirectory === undefined) {
    throw (
      found.obstacle ??
      new ExpectedError(
        found.reason,
        `\`npm run up -- --stack ${state.stack}\` makes the server and everything in it anew.`,
      )
    );
  }
  const { adminPassword: previousAdminPassword } = state;
  const running = await ensureServer(
    { ...serverOptions(inputs), foundAt: found.dataDirectory, previousAdminPassword },
    log,
  );
  if (running.dataDirectory !== state.dataDirectory) forgetPlace(state.dataDirectory);
  return running;
}

function beginAnew(reason: string, stack: string): ExpectedError {
  return new ExpectedError(
    reason,
    `\`npm run up -- --stack ${stack}\` removes what is left of the stack and makes it anew. With a state in another ` +
      `backend than a folder, \`npm run down -- --stack ${stack}\` removes it first.`,
  );
}

function known({ stack, dataDir, dataDirectory, systemIdentifier }: State): RecordedServer {
  return {
    ...{ stack, dataDirectory, projectRoot: process.cwd() },
    ...(dataDir !== "" && { dataDir }),
    ...(systemIdentifier !== undefined && { systemIdentifier }),
  };
}

function serverOptions({
  dataDir,
  wantedPort,
  stack,
  postgresVersion,
  adminUser,
  adminPassword,
  database,
  roles,
  allowedCidrs,
}: EmbeddedServerInputs) {
  return {
    projectRoot: process.cwd(),
    ...(dataDir === "" ? {} : { dataDir }),
    ...(wantedPort === 0 ? {} : { port: wantedPort }),
    ...{ stack, postgresVersion, adminUser, adminPassword, database, roles, allowedCidrs },
  };
}
