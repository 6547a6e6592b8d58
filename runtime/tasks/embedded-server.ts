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
  /** The configured data folder. If it is empty, the folder is chosen. */
  dataDir: string;
  /** The configured port. If it is 0, a free port is chosen once and kept. */
  wantedPort: number;
  adminUser: string;
  adminPassword: string;
  /** The only database to which `roles` may connect. */
  database: string;
  roles: string[];
  /** Other networks, in CIDR notation, from which the roles may connect. */
  allowedCidrs: string[];
}

export interface EmbeddedServerOutputs {
  host: string;
  port: number;
  /** The absolute path of the data folder. */
  dataDirectory: string;
  logFile: string;
  version: string;
  /** PostgreSQL's system identifier. States of earlier versions do not have it. */
  systemIdentifier?: string;
}

type State = EmbeddedServerInputs & EmbeddedServerOutputs;

/** Creates and starts the stack's PostgreSQL server on this machine. The server outlives the command. */
export const embeddedServer: Task<EmbeddedServerInputs, EmbeddedServerOutputs> = {
  create: (inputs, log) => ensureServer(serverOptions(inputs), log),
  update: (inputs, state, log) => bringBack(inputs, state, log),
  reportsServer: true,
  // A server that a reboot stopped has not changed. It is started, so that the refresh can read it.
  async read(state, log) {
    const { systemIdentifier, ...found } = await bringBack(state, state, log);
    // Only an update records the system identifier of a server in an older state, and with it that everything in the
    // server is replaced with the server.
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
    // In the state of an earlier version, the resources in the server are not deleted with it. Pulumi would look for
    // them in the lost server.
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
        `Run \`npm run up -- --stack ${state.stack}\`, which creates the server and everything in it again.`,
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
    `\`npm run up -- --stack ${stack}\` removes what is left of the stack and creates it again. If the state is not in a ` +
      `local folder, first run \`npm run down -- --stack ${stack}\`.`,
  );
}

function known({ stack, dataDir, dataDirectory, systemIdentifier }: State): RecordedServer {
  return {
    stack,
    dataDirectory,
    projectRoot: process.cwd(),
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
    stack,
    postgresVersion,
    adminUser,
    adminPassword,
    database,
    roles,
    allowedCidrs,
  };
}
