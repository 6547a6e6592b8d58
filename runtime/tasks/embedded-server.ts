import { ensureServer, removeServer, serverState } from "../../postgres/embedded-server";
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
}

/** A PostgreSQL server of this stack's own, on this machine, that outlives the command. */
export const embeddedServer: Task<EmbeddedServerInputs, EmbeddedServerOutputs> = {
  create: (inputs, log) => ensureServer(serverOptions(inputs), log),
  update: (inputs, state, log) =>
    ensureServer({ ...serverOptions(inputs), previousAdminPassword: state.adminPassword }, log),
  // A server that was stopped by a reboot has not changed; it is brought back so that the rest can be looked at.
  async read(state, log) {
    if (serverState(state.dataDirectory) === "missing") return undefined;
    return ensureServer(serverOptions(state), log);
  },
  delete: (state, log) => removeServer(state.dataDirectory, log),
  stale: (state) => Promise.resolve(serverState(state.dataDirectory) !== "running"),
};

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
