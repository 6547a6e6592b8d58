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

/** A server in a container, and who may connect to it. */
export interface ContainerServer extends Omit<Access, "thisMachine"> {
  /** The container's name. */
  container: string;
  /** Path of the data folder in the container. */
  dataDirectory: string;
  /** As which the container's server sees this machine: the gateway of its network. */
  gateway: string;
  host: string;
  port: number;
  adminPassword: string;
}

const READY_TIMEOUT_SECONDS = 60;
/** The first start of a container makes its data; no preview waits longer. */
const STARTING_TIMEOUT_MS = 60_000;
const POLL_MS = 250;

/**
 * Waits until the container's server accepts connections, and lets it admit those who may connect, by TLS where they
 * ask for it. Data that an interrupted initialisation has left are made anew.
 *
 * @returns the server's version, e.g. `18.4`
 * @throws ExpectedError with the end of its log when it does not come up
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
  // The server's main process is the container's first.
  await succeed(container, ["sh", "-c", "kill -HUP 1"]);
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

/** Whether the server admits exactly those who may connect. */
export async function hasAccessRules({ container, dataDirectory, gateway, ...access }: ContainerServer) {
  const rules = accessRules({ ...access, thisMachine: [LOOPBACK, `${gateway}/32`] });
  const found = await runIn(engine().getContainer(container), ["cat", `${dataDirectory}/pg_hba.conf`]);
  return found.output === rules.trim();
}

/** Whether the server accepts connections; not, where the engine or the container cannot even be asked. */
export function isServing({ container }: ContainerServer): Promise<boolean> {
  return answers(engine().getContainer(container)).catch(() => false);
}

/**
 * PostgreSQL's own number of the server in a container, as in `pg_control_system()`; undefined where none serves. A
 * server that is just starting is waited for.
 *
 * @throws ExpectedError when the server does not take the administrator's password
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
    `The server in the container ${container} does not take the administrator's password in the stack's state: the ` +
      "state was lost, or is another one's.",
    "Bring the state back by `pulumi stack import`. Or remove the server with its data by `npm run down -- --stack <stack>`, " +
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

/** Writes a file for the server's user alone, at once or not at all. */
async function writeFile(container: Container, path: string, text: string): Promise<void> {
  const script = 'umask 077 && cat > "$1.unfinished" && mv "$1.unfinished" "$1"';
  await succeed(container, ["sh", "-c", script, "sh", path], text);
}

async function succeed(container: Container, command: string[], input?: string): Promise<void> {
  const { code, output } = await runIn(container, command, input);
  if (code !== 0) throw new Error(`${command.join(" ")} in the container ${container.id}: ${output}`);
}
