import { DatabaseError, type Client } from "pg";
import { ExpectedError } from "../common/errors";

/** What a connection is made of, as whoever is to correct it calls it. */
export interface Names {
  role: string;
  host: string;
  sslmode: string;
  sslRootCert: string;
}

/** In a connection URL, which may be anybody's. */
const IN_URL: Names = {
  role: "role and password",
  host: "the host's name",
  sslmode: "sslmode",
  sslRootCert: "sslrootcert",
};

/** In the configuration of a stack on a server that somebody else runs. */
export const IN_CONFIGURATION: Names = {
  role: "role and password (chat-perf:adminUser, chat-perf:adminPassword)",
  host: "the host's name (chat-perf:host)",
  sslmode: "chat-perf:sslmode",
  sslRootCert: "chat-perf:sslRootCert",
};

const CHECK_ALL =
  "Check that the server runs and that host, port and credentials are right; `npm run up` starts a stack's own server again.";

/** What to do, by an error's code: a SQLSTATE, or one of Node's. */
const BY_CODE: Record<string, (names: Names) => string> = {
  "28P01": ({ role }) => `Check ${role}; roles that do not exist get the same answer.`,
  "3D000": () => "Check the database's name; provisioning begins in the database `postgres`.",
  "53300": () =>
    "Close other connections, or raise max_connections, or the role's or the database's CONNECTION LIMIT.",
  "57P03": () => "Wait until the server has started, recovered or stopped, then run again.",
  "08P01": () =>
    "Connect to PostgreSQL itself: what answers there, perhaps a connection pooler, does not take what a session needs.",
  ENOTFOUND: ({ host }) => `Correct ${host}, or see that this machine can resolve it.`,
  EAI_AGAIN: () => "See that this machine's name resolution works, then run again.",
  CERT_HAS_EXPIRED: () =>
    "Give the server a new certificate; sslmode require encrypts without looking at it.",
  CERT_NOT_YET_VALID: () => "Look at the clocks of this machine and of the server.",
  ERR_TLS_CERT_ALTNAME_INVALID: () =>
    "Connect by a name that the certificate was made for, or with sslmode verify-ca, which does not compare names.",
};

/** What to do, by an error's words. */
const BY_WORDS: [words: RegExp, remedy: (names: Names) => string][] = [
  [
    /no encryption|SSL off/,
    ({ sslmode }) =>
      `The server may want TLS: set ${sslmode} to require, verify-ca or verify-full. Otherwise its pg_hba.conf must admit this machine, role and database.`,
  ],
  [
    /no pg_hba\.conf entry|pg_hba\.conf rejects/,
    () => "The server's pg_hba.conf must admit this machine, role and database.",
  ],
  [
    /does not support SSL/,
    ({ sslmode }) =>
      `Have TLS switched on in the server, or set ${sslmode} to disable: then everybody on the way can read what is sent.`,
  ],
  [
    /valid client certificate/,
    () => "Have the role admitted by password: client certificates are not supported.",
  ],
  [/is not permitted to log in/, ({ role }) => `Give the role LOGIN, or correct ${role}.`],
  [
    /timeout expired|Query read timeout/,
    () => "Check host and port, and that no firewall drops the connection on its way.",
  ],
];

const notTrusted = ({ sslmode, sslRootCert }: Names): string =>
  `Set ${sslRootCert} to a PEM file with the certificate of whoever signed the server's, or, where nobody can stand in between, ${sslmode} to require.`;

/** Codes by which Node refuses a certificate or a TLS handshake fails. */
const TLS_CODE = /^(CERT_|ERR_TLS_|ERR_SSL_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_|EPROTO$)/;

/** What a failed connection says, without a stack. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const first: unknown = error instanceof AggregateError ? error.errors[0] : error;
  const message = first instanceof Error ? first.message : error.message;
  return message || codeOf(error) || error.name;
}

/**
 * What to do about a failed connection.
 *
 * @param names default: those of a connection URL
 */
export function remedyOf(error: unknown, names = IN_URL): string {
  const code = codeOf(error);
  const reason = reasonOf(error);
  const byWords = BY_WORDS.find(([words]) => words.test(reason))?.[1];
  return (byWords ?? BY_CODE[code] ?? (TLS_CODE.test(code) ? notTrusted : () => CHECK_ALL))(names);
}

/** Does work with the administrator's connection of a stack's configuration, whose keys its errors then name. */
export function asConfigured<T>(work: Promise<T>): Promise<T> {
  return work.catch((error: unknown) => {
    if (!(error instanceof ExpectedError) || error.remedy !== remedyOf(error.cause)) throw error;
    throw new ExpectedError(error.problem, remedyOf(error.cause, IN_CONFIGURATION), { cause: error.cause });
  });
}

/**
 * Whether trying again may help: nothing listens so far, the connection broke, all connections are taken (53300), or
 * the server is starting, recovering or going down (class 57P). A name that nobody has, a certificate that is not
 * trusted, and other answers of the server are final.
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

/** The error of a client that could not connect. */
export function connectionError(client: Client, error: unknown): ExpectedError {
  const where = `PostgreSQL at ${client.host}:${client.port}, database "${client.database ?? ""}", role "${client.user ?? ""}"`;
  return new ExpectedError(`Cannot connect to ${where}: ${reasonOf(error)}.`, remedyOf(error), {
    cause: error,
  });
}

function codeOf(error: unknown): string {
  const first: unknown = error instanceof AggregateError ? error.errors[0] : error;
  return (first as NodeJS.ErrnoException | undefined)?.code ?? "";
}
