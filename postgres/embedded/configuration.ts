import { createServer } from "node:net";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { ExpectedError } from "../../common/errors";
import { CERTIFICATE, PRIVATE_KEY } from "./certificate";
import { readServerFile, writeServerFile } from "./server-files";

/** The file with this program's settings, which postgresql.conf includes. ALTER SYSTEM overrides it. */
const CONFIGURATION = "chat-perf.conf";

export const LOOPBACK = "127.0.0.1/32";
/** `localhost` can also have this address when the server listens on all addresses. */
const LOOPBACK_IPV6 = "::1/128";

/**
 * These ports are below those that systems assign to outgoing connections, so that a kept port is rarely taken after a
 * reboot.
 */
const PORTS = { first: 15_432, count: 10_000 };

/** Who may connect to a server that the stack created. A password is always required. */
export interface Access {
  /** The administrator, who may connect to every database. */
  adminUser: string;
  /** The stack's database, to which the stack's roles may connect. */
  database: string;
  roles: readonly string[];
  /**
   * Other networks in CIDR notation from which the roles may connect, with TLS.
   *
   * @default none
   */
  allowedCidrs?: readonly string[];
  /**
   * The addresses that this machine has for the server, in CIDR notation.
   *
   * @default loopback
   */
  thisMachine?: readonly string[];
}

/**
 * The address on which the server listens: loopback, or every address of this machine (`*`) when other networks are
 * allowed.
 */
export function listenAddress({ allowedCidrs = [] }: Pick<Access, "allowedCidrs">): string {
  return allowedCidrs.length === 0 ? "127.0.0.1" : "*";
}

/** The text of the included file: the settings that the server needs to start, listen and log. */
export function configuration(port: number, access: Pick<Access, "allowedCidrs">): string {
  return `# Written by chat-perf; changes here are overwritten. ALTER SYSTEM is the channel for settings.
port = ${port}
listen_addresses = '${listenAddress(access)}'
unix_socket_directories = ''
ssl = on
ssl_cert_file = '${CERTIFICATE}'
ssl_key_file = '${PRIVATE_KEY}'
password_encryption = 'scram-sha-256'
timezone = 'UTC'
log_timezone = 'UTC'
log_line_prefix = '%m [%p] %q%u@%d %a '
`;
}

/**
 * The text of pg_hba.conf. The administrator may connect to every database, and the stack's roles to the stack's
 * database. Other networks are open only to these roles, and only with TLS. All other connections are rejected.
 */
export function accessRules(access: Access): string {
  const { adminUser, database, roles, allowedCidrs = [], thisMachine = [LOOPBACK, LOOPBACK_IPV6] } = access;
  const rule = (type: string, databases: string, user: string, network: string): string =>
    `${type} ${databases} ${quote(user)} ${network} scram-sha-256\n`;
  const admitted = roles.flatMap((role) => [
    ...thisMachine.map((network) => rule("host", quote(database), role, network)),
    ...allowedCidrs.map((network) => rule("hostssl", quote(database), role, network)),
  ]);
  return (
    "# Written by chat-perf; changes here are overwritten.\n" +
    "# TYPE DATABASE USER ADDRESS METHOD\n" +
    thisMachine.map((network) => rule("host", "all", adminUser, network)).join("") +
    admitted.join("") +
    "host all all all reject\n"
  );
}

/** Quotes a name, so that a role named like a keyword of the file (`all`, `replication`) is only a role. */
function quote(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** Adds the include line to postgresql.conf. This is done once, when the data folder is created. */
export function includeConfiguration(dataDirectory: string): void {
  const file = join(dataDirectory, "postgresql.conf");
  writeServerFile(file, `${readIfThere(file) ?? ""}\ninclude '${CONFIGURATION}'\n`);
}

/** Writes both files if they differ from what they should be. */
export function writeConfiguration(dataDirectory: string, port: number, access: Access): void {
  writeIfChanged(join(dataDirectory, CONFIGURATION), configuration(port, access));
  writeIfChanged(join(dataDirectory, "pg_hba.conf"), accessRules(access));
}

function writeIfChanged(path: string, text: string): void {
  if (readIfThere(path) !== text) writeServerFile(path, text);
}

/** The port in the configuration of a data folder. Undefined when the file is missing. */
export function keptPort(dataDirectory: string): number | undefined {
  const port = /^port = (\d+)$/m.exec(readIfThere(join(dataDirectory, CONFIGURATION)) ?? "")?.[1];
  return port === undefined ? undefined : Number(port);
}

/**
 * Finds a port on which nothing listens. Another program may take it the next moment.
 *
 * @throws ExpectedError when no port is free
 */
export async function freePort(): Promise<number> {
  const offset = Math.floor(Math.random() * PORTS.count);
  for (let step = 0; step < PORTS.count; step++) {
    const port = PORTS.first + ((offset + step) % PORTS.count);
    if (await isFree(port)) return port;
  }
  throw new ExpectedError(
    "No free port was found for the server.",
    "Choose one with `pulumi config set port <port>`.",
  );
}

/** How long the system may need to release the port of a killed server, in milliseconds. */
const RELEASE_TIMEOUT_MS = 5_000;

/** @throws ExpectedError when another program listens on the port */
export async function assertPortFree(port: number): Promise<void> {
  if (await isFree(port)) return;
  throw new ExpectedError(
    `Port ${port} of the server (chat-perf:port) cannot be used: another program listens on it, or it is reserved.`,
    "Stop that program, or choose another port with `pulumi config set port <port>`.",
  );
}

/**
 * Waits until the port of a stopped server is free again. The system closes the port of a killed process some time
 * after the process is gone.
 *
 * @throws ExpectedError when another program listens on the port
 */
export async function assertPortReleased(port: number): Promise<void> {
  const giveUp = Date.now() + RELEASE_TIMEOUT_MS;
  while (!(await isFree(port)) && Date.now() < giveUp) await delay(50);
  await assertPortFree(port);
}

/** Whether a server could listen on the port now. */
export function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once("error", () => {
      resolve(false);
    });
    probe.listen({ port, host: "127.0.0.1", exclusive: true }, () => {
      probe.close(() => {
        resolve(true);
      });
    });
  });
}

function readIfThere(path: string): string | undefined {
  try {
    return readServerFile(path)?.toString("utf8");
  } catch {
    return undefined;
  }
}
