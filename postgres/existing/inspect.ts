import type { Client } from "pg";
import type { Log } from "../../common/progress";
import { withAdministrator } from "../connection";
import { waitUntilReady } from "../readiness";
import type { PasswordForm } from "../scram";
import { configuredSettings } from "../settings";
import { localDataDirectory } from "./disk-space";
import { AnotherServer } from "./identity";
import type { ExistingMachine } from "./machine";
import { assertPostgresListens } from "./probe";
import { assertUnprotected, type Named } from "./protected-names";
import { readFacts, requireFreeNames, requireUsable, requireVersion } from "./requirements";
import { serviceBy } from "./service";
import { requireVerifiers } from "./verifiers";

/** What the stack is going to have on the server. */
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

/** The findings of `inspectServer`. */
export interface Inspection {
  /** e.g. `16.4` */
  version: string;
  /** Tells servers apart, whatever name they are reached by. */
  systemIdentifier: string;
  machine: ExistingMachine;
  /** Sessions that the server has for roles without special rights. */
  sessions: number;
}

/** A start, recovery or shutdown that is under way may end in this time, seconds; a person waits for the answer. */
const READY_TIMEOUT_SECONDS = 5;

/**
 * Looks at a server that somebody else runs before anything is made there.
 *
 * @param previous what the stack had planned and found last time: names that are its own by now, settings that it
 *   has written itself
 * @throws ExpectedError when the server cannot be reached or is not fit, when it or something on it has a protected
 *   name, when a database or role is there that the stack is to make, or when it refuses verifiers of passwords
 */
export async function inspectServer(
  adminUrl: string,
  plan: Plan,
  previous: (Plan & Inspection) | undefined,
  log: Log,
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
    requireUsable(facts);
    assertUnprotected(
      [...databases.map((name): Named => ["database", name]), ...roles.map((name): Named => ["role", name])],
      plan.protectedNames,
    );
    requireFreeNames(facts, plan, previous);
    if (plan.passwordForm !== "cleartext") await requireVerifiers(client);
    const known = Object.keys(previous?.settings ?? {});
    const configured = superuser ? await configuredSettings(client) : [];
    const dataDirectory = await localDataDirectory(client);
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
  // Sessions of the stack begin with options, which a pooler may not take: better refused here than half-way.
  return withAdministrator(adminUrl, look, { options: "-c client_min_messages=warning" });
}
