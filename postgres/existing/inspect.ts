import type { Client } from "pg";
import type { Log } from "../../common/progress";
import { withAdministrator } from "../connection";
import { waitUntilReady } from "../readiness";
import type { PasswordForm } from "../scram";
import { configuredSettings } from "../settings";
import type { DiskNeed } from "../disk-space";
import { assertAll } from "./all-problems";
import { assertForeignDiskSpace, localDataDirectory } from "./disk-space";
import { AnotherServer } from "./identity";
import type { ExistingMachine } from "./machine";
import { assertPostgresListens } from "./probe";
import { assertUnprotected, type Named } from "./protected-names";
import { readFacts, requireFreeNames, requireUsable, requireVersion } from "./requirements";
import { serviceBy } from "./service";
import { requireVerifiers } from "./verifiers";

/** The objects and settings that the stack wants on the server. */
export interface Plan {
  host: string;
  port: number;
  database: string;
  roles: string[];
  /** Setting name -> value. */
  settings: Record<string, string>;
  protectedNames: string[];
  /** What the server is sent of the roles' passwords. Default: `scram` */
  passwordForm?: PasswordForm;
}

/** The result of `inspectServer`. */
export interface Inspection {
  /** The server's version, e.g. `16.4`. */
  version: string;
  /** PostgreSQL's system identifier, which distinguishes servers whatever their address is. */
  systemIdentifier: string;
  machine: ExistingMachine;
  /** The number of sessions for roles without special attributes. */
  sessions: number;
}

/**
 * How long to wait for a server that is starting, recovering or stopping, in seconds. A person is waiting for the
 * answer.
 */
const READY_TIMEOUT_SECONDS = 5;

/**
 * Examines an existing server before anything is created there.
 *
 * @param previous the plan and the result of the last inspection, with the names and settings that the stack has
 *   created since then
 * @param need the dataset for which the disk must have room, where that is still to be checked
 * @throws ExpectedError, with everything that is found at once, when the server cannot be reached or used, when the server or one of its databases or roles has
 *   a protected name, or when a database or role of the plan already exists
 */
export async function inspectServer(
  adminUrl: string,
  plan: Plan,
  previous: (Plan & Inspection) | undefined,
  log: Log,
  need?: DiskNeed,
): Promise<Inspection> {
  await assertPostgresListens(plan.host, plan.port);
  const version = await waitUntilReady(adminUrl, { timeoutSeconds: READY_TIMEOUT_SECONDS }, log);
  requireVersion(version);
  const look = async (client: Client): Promise<Inspection> => {
    const facts = await readFacts(client);
    const { superuser, systemIdentifier, databases, roles, sessions } = facts;
    if (previous !== undefined && previous.systemIdentifier !== systemIdentifier) {
      throw new AnotherServer(`${plan.host}:${plan.port}`);
    }
    const dataDirectory = await localDataDirectory(client);
    const all: Named[] = [
      ...databases.map((name): Named => ["database", name]),
      ...roles.map((name): Named => ["role", name]),
    ];
    await assertAll([
      async () => {
        requireUsable(facts);
        // A role that can be used can try a verifier.
        if (plan.passwordForm !== "cleartext") await requireVerifiers(client);
      },
      () => {
        assertUnprotected(all, plan.protectedNames);
      },
      () => {
        requireFreeNames(facts, plan, previous);
      },
      () => need && assertForeignDiskSpace({ dataDirectory }, need),
    ]);
    const known = Object.keys(previous?.settings ?? {});
    const configured = superuser ? await configuredSettings(client) : [];
    return {
      version,
      systemIdentifier,
      sessions,
      machine: {
        kind: "existing",
        superuser,
        service: serviceBy(roles),
        ...(dataDirectory !== undefined && { dataDirectory }),
        takenSettings: Object.keys(plan.settings).filter((name) =>
          known.includes(name) ? previous!.machine.takenSettings.includes(name) : configured.includes(name),
        ),
      },
    };
  };
  // The stack's sessions send options, which a connection pooler may not accept. It is better to fail here than later.
  return withAdministrator(adminUrl, look, { options: "-c client_min_messages=warning" });
}
