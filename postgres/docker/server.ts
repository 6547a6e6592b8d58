import { setTimeout as delay } from "node:timers/promises";
import type { Container } from "dockerode";
import { ExpectedError } from "../../common/errors";
import type { Log } from "../../common/progress";
import { connectionUrl, withAdministrator } from "../connection";
import { type Access, accessRules, LOOPBACK } from "../embedded/configuration";
import { CERTIFICATE, newCertificate, PRIVATE_KEY } from "../embedded/certificate";
import { waitUntilReady } from "../readiness";
import { answers, runIn, waitUntilServing } from "./container";
import { engine } from "./engine";
import { removeUnfinishedData } from "./unfinished-data";

/** A PostgreSQL server in a container, and who may connect to it. */
export interface ContainerServer extends Omit<Access, "thisMachine"> {
  /** The container's name. */
  container: string;
  /** Path of the data folder in the container. */
  dataDirectory: string;
  /** The address that this machine has for the container's server: the gateway of its network. */
  gateway: string;
  host: string;
  port: number;
  adminPassword: string;
}

const READY_TIMEOUT_SECONDS = 60;
/** The first start of a container initialises its data. A preview does not wait longer. */
const STARTING_TIMEOUT_MS = 60_000;
const POLL_MS = 250;

/**
 * Waits until the container's server accepts connections, and gives it the access rules and a certificate. Data from an
 * interrupted initialisation are removed and created again.
 *
 * @returns the server's version, e.g. `18.4`
 * @throws ExpectedError with the end of its log when the server does not start
 */
export async function ensureServing(server: ContainerServer, log: Log): Promise<string> {
  const container = engine().getContainer(server.container);
  try {
    await waitUntilServing(container);
  } catch (error) {
    if (!(await removeUnfinishedData(container, server.dataDirectory, log))) throw error;
    await waitUntilServing(container);
  }
  await ensureCertificate(container, server.dataDirectory);
  const rules = accessRules({ ...server, thisMachine: [LOOPBACK, `${server.gateway}/32`] });
  await writeFile(container, `${server.dataDirectory}/pg_hba.conf`, rules);
  const url = adminUrl(server);
  // The server's main process has the process id 1 in the container.
  await runOrThrow(container, ["sh", "-c", "kill -HUP 1"]);
  const version = await waitUntilReady(url, { timeoutSeconds: READY_TIMEOUT_SECONDS }, log).catch(
    (error: unknown) => {
      throw refusesPassword(error) ? unknownServer(server) : error;
    },
  );
  await withAdministrator(url, async (client) => {
    await client.query("ALTER SYSTEM SET ssl = on");
    await client.query("SELECT pg_reload_conf()");
  });
  return version;
}

/** Whether the server has exactly the access rules that the stack wants. */
export async function hasAccessRules({ container, dataDirectory, gateway, ...access }: ContainerServer) {
  const rules = accessRules({ ...access, thisMachine: [LOOPBACK, `${gateway}/32`] });
  const found = await runIn(engine().getContainer(container), ["cat", `${dataDirectory}/pg_hba.conf`]);
  return found.output === rules.trim();
}

/** Whether the server accepts connections. The answer is no when the engine or the container does not respond. */
export function isServing({ container }: ContainerServer): Promise<boolean> {
  return answers(engine().getContainer(container)).catch(() => false);
}

/**
 * The system identifier of the server in a container, as in `pg_control_system()`. Undefined when no server runs there.
 * It waits for a server that is starting.
 *
 * @throws ExpectedError when the server does not accept the administrator's password
 */
export async function identityIn(server: ContainerServer): Promise<string | undefined> {
  const container = engine().getContainer(server.container);
  const info = await container.inspect().catch(() => undefined);
  if (info?.State.Running !== true) return undefined;
  const giveUp = Date.now() + STARTING_TIMEOUT_MS;
  while (!(await isServing(server))) {
    if (Date.now() > giveUp) return undefined;
    await delay(POLL_MS);
  }
  return withAdministrator(adminUrl(server), async (client) => {
    const { rows } = await client.query<{ id: string }>(
      "SELECT system_identifier::text AS id FROM pg_catalog.pg_control_system()",
    );
    return rows[0]!.id;
  }).catch((error: unknown) => {
    throw refusesPassword(error) ? unknownServer(server) : error;
  });
}

function refusesPassword(error: unknown): boolean {
  return error instanceof Error && error.message.includes("password authentication failed");
}

function unknownServer({ container }: ContainerServer): ExpectedError {
  return new ExpectedError(
    `The server in the container ${container} does not accept the administrator's password in the stack's state. The ` +
      "state was lost, or it is the state of another server.",
    "Restore the state with `pulumi stack import`. Or remove the server with its data with `npm run down -- --stack <stack>`, " +
      "then run `npm run up -- --stack <stack>`.",
  );
}

function adminUrl({ host, port, adminUser: user, adminPassword: password }: ContainerServer): string {
  return connectionUrl({ host, port, database: "postgres", user, password });
}

async function ensureCertificate(container: Container, dataDirectory: string): Promise<void> {
  const keyFile = `${dataDirectory}/${PRIVATE_KEY}`;
  if ((await runIn(container, ["test", "-e", keyFile])).code === 0) return;
  const { certificate, privateKey } = newCertificate();
  await writeFile(container, `${dataDirectory}/${CERTIFICATE}`, certificate);
  await writeFile(container, keyFile, privateKey);
}

/** Writes a file that only the server's user can read. An interruption leaves the old file or the new one. */
async function writeFile(container: Container, path: string, text: string): Promise<void> {
  const script = 'umask 077 && cat > "$1.unfinished" && mv "$1.unfinished" "$1"';
  await runOrThrow(container, ["sh", "-c", script, "sh", path], text);
}

async function runOrThrow(container: Container, command: string[], input?: string): Promise<void> {
  const { code, output } = await runIn(container, command, input);
  if (code !== 0) throw new Error(`${command.join(" ")} in the container ${container.id}: ${output}`);
}
