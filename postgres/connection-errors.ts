import { DatabaseError, type Client } from "pg";
import { ExpectedError } from "../common/errors";

/** The names of a connection's parts, as the person who must correct them knows them. */
export interface PartNames {
  role: string;
  host: string;
  sslmode: string;
  sslRootCert: string;
}

/** What errors call the parts of a connection URL. Another program may have written the URL, so no configuration key is named. */
const IN_URL: PartNames = {
  role: "role and password",
  host: "the host's name",
  sslmode: "sslmode",
  sslRootCert: "sslrootcert",
};

/** The names for the configuration of a stack on an existing server. */
export const IN_CONFIGURATION: PartNames = {
  role: "role and password (chat-perf:adminUser, chat-perf:adminPassword)",
  host: "the host's name (chat-perf:host)",
  sslmode: "chat-perf:sslmode",
  sslRootCert: "chat-perf:sslRootCert",
};

const CHECK_ALL =
  "Check that the server runs and that host, port and credentials are right; `npm run up` starts the server of a stack again.";

/** The remedy for each error code. A code is a SQLSTATE or one of Node's codes. */
const BY_CODE: Record<string, (names: PartNames) => string> = {
  "28P01": ({ role }) => `Check ${role}. The server gives the same answer when the role does not exist.`,
  "3D000": () => "Check the name of the database. Provisioning needs the database `postgres`.",
  "53300": () =>
    "Close other connections, or raise max_connections or the CONNECTION LIMIT of the role or the database.",
  "57P03": () => "Wait until the server has started, recovered or stopped, then run the same command again.",
  "08P01": () =>
    "Connect to PostgreSQL directly. The program at this address, perhaps a connection pooler, does not accept the options of the session.",
  ENOTFOUND: ({ host }) => `Correct ${host}, or make sure that this machine can resolve it.`,
  EAI_AGAIN: () => "Make sure that name resolution works on this machine, then run the same command again.",
  CERT_HAS_EXPIRED: () =>
    "Give the server a new certificate. With sslmode require, connections are encrypted and the certificate is not checked.",
  CERT_NOT_YET_VALID: () => "Check the clocks of this machine and of the server.",
  ERR_TLS_CERT_ALTNAME_INVALID: () =>
    "Connect to a host name that is in the certificate, or use sslmode verify-ca, which does not compare names.",
};

/** The remedy for errors that are recognised by their words. */
const BY_WORDS: [words: RegExp, remedy: (names: PartNames) => string][] = [
  [
    /no encryption|SSL off/,
    ({ sslmode }) =>
      `Check the names of the database and of the role: the server's pg_hba.conf admits only some from this machine. If it requires TLS, set ${sslmode} to require, verify-ca or verify-full.`,
  ],
  [
    /no pg_hba\.conf entry|pg_hba\.conf rejects/,
    () => "The server's pg_hba.conf must admit this machine, role and database.",
  ],
  [
    /does not support SSL/,
    ({ sslmode }) =>
      `Enable TLS on the server, or set ${sslmode} to disable. Without TLS, everybody on the network path can read the traffic.`,
  ],
  [
    /valid client certificate/,
    () => "Let pg_hba.conf admit the role with a password. Client certificates are not supported.",
  ],
  [/is not permitted to log in/, ({ role }) => `Give the role LOGIN, or correct ${role}.`],
  [
    /timeout expired|Query read timeout/,
    () => "Check host and port, and make sure that no firewall drops the connection.",
  ],
];

const notTrusted = ({ sslmode, sslRootCert }: PartNames): string =>
  `Set ${sslRootCert} to a PEM file with the certificate of the authority that signed the server's certificate. On a trusted network you can set ${sslmode} to require instead.`;

/** The codes of Node for a refused certificate or a failed TLS handshake. */
const TLS_CODE = /^(CERT_|ERR_TLS_|ERR_SSL_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_|EPROTO$)/;

/** The message of a failed connection, without a stack trace. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const first: unknown = error instanceof AggregateError ? error.errors[0] : error;
  const message = first instanceof Error ? first.message : error.message;
  return message || codeOf(error) || error.name;
}

/**
 * The remedy for a failed connection.
 *
 * @param names how the parts of the connection are called
 * @default the names for a connection URL
 */
export function remedyOf(error: unknown, names = IN_URL): string {
  const code = codeOf(error);
  const reason = reasonOf(error);
  const byWords = BY_WORDS.find(([words]) => words.test(reason))?.[1];
  return (byWords ?? BY_CODE[code] ?? (TLS_CODE.test(code) ? notTrusted : () => CHECK_ALL))(names);
}

/**
 * Waits for work that uses the administrator's connection of a stack. Its connection errors then name the configuration
 * keys.
 */
export function asConfigured<T>(work: Promise<T>): Promise<T> {
  return work.catch((error: unknown) => {
    if (!(error instanceof ExpectedError) || error.remedy !== remedyOf(error.cause)) throw error;
    throw new ExpectedError(error.problem, remedyOf(error.cause, IN_CONFIGURATION), { cause: error.cause });
  });
}

/**
 * Whether a retry may succeed. It may when nothing listens yet, the connection broke, all connections are taken
 * (53300), or the server is starting, recovering or stopping (class 57P). It will not for an unknown host name, a
 * certificate that is not trusted, or any other answer of the server.
 */
export function isTransient(error: unknown): boolean {
  const code = codeOf(error);
  if (error instanceof DatabaseError) return code === "53300" || code.startsWith("57P");
  return !(
    error instanceof ExpectedError ||
    TLS_CODE.test(code) ||
    code === "ENOTFOUND" ||
    reasonOf(error).includes("SSL connection")
  );
}

/**
 * Whether an error concerns the server as a whole. A missing database (3D000), a database without the right to connect
 * (42501), and a lack of free connections (53300) do not.
 */
export function concernsServer(error: unknown): boolean {
  return !["3D000", "42501", "53300"].includes(codeOf(error));
}

/** A client could not connect. The cause is the error of the server or of Node. */
export class ConnectionError extends ExpectedError {}

/** The error for a client that could not connect. */
export function connectionError(client: Client, error: unknown): ConnectionError {
  const where = `PostgreSQL at ${client.host}:${client.port}, database "${client.database ?? ""}", role "${client.user ?? ""}"`;
  return new ConnectionError(`Cannot connect to ${where}: ${reasonOf(error)}.`, remedyOf(error), {
    cause: error,
  });
}

function codeOf(error: unknown): string {
  const first: unknown = error instanceof AggregateError ? error.errors[0] : error;
  return (first as NodeJS.ErrnoException | undefined)?.code ?? "";
}
