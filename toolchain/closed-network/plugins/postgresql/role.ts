import { quoteIdentifier, quoteLiteral } from "../../../../postgres/connection";
import type { Failure, Property, Resource, ResourceType } from "../resource-type";
import { containsUnknown, isEmpty, type Properties } from "../values";
import type { Server, Session } from "./server";

interface Role extends Properties {
  name: string;
  password: string | null;
  superuser: boolean;
  createDatabase: boolean;
  createRole: boolean;
  inherit: boolean;
  login: boolean;
  replication: boolean;
  bypassRowLevelSecurity: boolean;
  connectionLimit: number;
  validUntil: string;
  roles: string[];
  searchPaths: string[];
  statementTimeout: number;
  idleInTransactionSessionTimeout: number;
  assumeRole: string;
  skipReassignOwned: boolean;
  skipDropRole: boolean;
}

const flag: Property = { type: "boolean", default: false };
const notSupported: Property = { type: "string", readonly: true };

const schema: Record<keyof Role & string, Property> = {
  name: { type: "string", required: true },
  password: { type: "string", secret: true },
  encryptedPassword: { type: "boolean", default: true },
  superuser: flag,
  createDatabase: flag,
  createRole: flag,
  inherit: { type: "boolean", default: true },
  login: flag,
  replication: flag,
  bypassRowLevelSecurity: flag,
  connectionLimit: { type: "number", default: -1 },
  validUntil: { type: "string", default: "infinity" },
  roles: { type: "set", default: [] },
  searchPaths: { type: "list", default: [] },
  statementTimeout: { type: "number", default: 0 },
  idleInTransactionSessionTimeout: { type: "number", default: 0 },
  assumeRole: { type: "string", default: "" },
  skipReassignOwned: flag,
  skipDropRole: flag,
  encrypted: notSupported,
  passwordWo: { ...notSupported, secret: true },
  passwordWoVersion: notSupported,
};

/**
 * The resource type `postgresql:index/role:Role`. A password is sent to the server unchanged, because the program gives
 * SCRAM verifiers.
 */
export function role(server: Server): ResourceType {
  return {
    schema,
    deleteBeforeReplace: true,
    validate,

    async create(plan: Role): Promise<Resource> {
      await server.change(null, async (session) => {
        const options = attributes(plan, undefined);
        if (plan.password !== null) options.push(passwordClause(plan.password));
        await session.query(
          `CREATE ROLE ${quoteIdentifier(plan.name)} WITH ${options.join(" ")}`,
          [],
          `error creating role ${plan.name}`,
        );
        await configure(session, plan, undefined);
      });
      return { id: plan.name, state: { ...plan, id: plan.name } };
    },

    async read(id: string, state: Properties): Promise<Resource | undefined> {
      const name = typeof state.name === "string" ? state.name : id;
      const found = await server.connect(null, (session) => readRole(session, name));
      if (found === undefined) return undefined;
      const defaults = Object.fromEntries(
        Object.entries(schema).map(([key, property]) => [key, property.default ?? null]),
      );
      return { id: name, state: { ...defaults, ...state, ...found, id: name } };
    },

    async update(_id: string, old: Role, plan: Role): Promise<Properties> {
      await server.change(null, async (session) => {
        const context = `error updating role ${old.name}`;
        const name = quoteIdentifier(plan.name);
        if (plan.name !== old.name) {
          await session.query(`ALTER ROLE ${quoteIdentifier(old.name)} RENAME TO ${name}`, [], context);
        }
        const options = attributes(plan, old);
        if (plan.password !== (old.password ?? null)) options.push(passwordClause(plan.password));
        if (options.length > 0)
          await session.query(`ALTER ROLE ${name} WITH ${options.join(" ")}`, [], context);
        await configure(session, plan, old);
      });
      return { ...plan, id: plan.name };
    },

    async delete(_id: string, state: Role): Promise<void> {
      await server.change(null, async (session) => {
        const name = quoteIdentifier(state.name);
        if ((await readRole(session, state.name)) === undefined) return;
        if (!state.skipReassignOwned) {
          await session.asMemberOf([state.name], async () => {
            await session.query(
              `REASSIGN OWNED BY ${name} TO CURRENT_USER`,
              [],
              "could not reassign owned by role",
            );
            await session.query(`DROP OWNED BY ${name}`, [], "could not drop owned by role");
          });
        }
        if (!state.skipDropRole) await session.query(`DROP ROLE ${name}`, [], "could not delete role");
      });
    },
  };
}

function validate(inputs: Properties): Failure[] {
  const least = { connectionLimit: -1, statementTimeout: 0, idleInTransactionSessionTimeout: 0 };
  return Object.entries(least)
    .filter(([name, minimum]) => {
      const value = inputs[name] ?? null;
      if (value === null || containsUnknown(value)) return false;
      return !Number.isInteger(value) || Number(value) < minimum;
    })
    .map(([property, minimum]) => ({
      property,
      reason: `${property} must be a whole number, at least ${minimum}, got ${JSON.stringify(inputs[property])}`,
    }));
}

/**
 * The attribute clauses that change a role as planned. Unchanged attributes are left out, because not every
 * administrator may set all of them.
 */
function attributes(plan: Role, old: Role | undefined): string[] {
  const clauses: string[] = [];
  const add = (property: keyof Role & string, word: string, unset: boolean) => {
    const wanted = plan[property] === true;
    if (wanted !== (old === undefined ? unset : old[property] === true))
      clauses.push(wanted ? word : `NO${word}`);
  };
  add("superuser", "SUPERUSER", false);
  add("createDatabase", "CREATEDB", false);
  add("createRole", "CREATEROLE", false);
  add("inherit", "INHERIT", true);
  add("login", "LOGIN", false);
  add("replication", "REPLICATION", false);
  add("bypassRowLevelSecurity", "BYPASSRLS", false);
  if (plan.connectionLimit !== old?.connectionLimit) clauses.push(`CONNECTION LIMIT ${plan.connectionLimit}`);
  if (plan.validUntil !== old?.validUntil) {
    clauses.push(`VALID UNTIL ${quoteLiteral(plan.validUntil === "NULL" ? "infinity" : plan.validUntil)}`);
  }
  return clauses;
}

function passwordClause(password: string | null): string {
  if (isEmpty(password) || password === null) return "PASSWORD NULL";
  return `PASSWORD ${quoteLiteral(password)}`;
}

/** Applies the changed settings and memberships of a role with ALTER ROLE … SET and GRANT. */
async function configure(session: Session, plan: Role, old: Role | undefined): Promise<void> {
  const context = `error configuring role ${plan.name}`;
  const name = quoteIdentifier(plan.name);
  const settings: [keyof Role & string, setting: string, value: string][] = [
    ["searchPaths", "search_path", plan.searchPaths.map(quoteIdentifier).join(", ")],
    ["statementTimeout", "statement_timeout", String(plan.statementTimeout)],
    [
      "idleInTransactionSessionTimeout",
      "idle_in_transaction_session_timeout",
      String(plan.idleInTransactionSessionTimeout),
    ],
    ["assumeRole", "role", quoteIdentifier(plan.assumeRole)],
  ];
  for (const [property, setting, value] of settings) {
    if (JSON.stringify(plan[property]) === JSON.stringify(old?.[property] ?? schema[property]?.default))
      continue;
    const change = isEmpty(plan[property]) ? `RESET ${setting}` : `SET ${setting} TO ${value}`;
    await session.query(`ALTER ROLE ${name} ${change}`, [], context);
  }
  const before = old?.roles ?? [];
  for (const gone of before.filter((item) => !plan.roles.includes(item))) {
    await session.query(`REVOKE ${quoteIdentifier(gone)} FROM ${name}`, [], context);
  }
  for (const added of plan.roles.filter((item) => !before.includes(item))) {
    await session.query(`GRANT ${quoteIdentifier(added)} TO ${name}`, [], context);
  }
}

/** Reads a role from the catalogs. They do not show its password. */
async function readRole(session: Session, name: string): Promise<Properties | undefined> {
  const [found] = await session.query<Properties & { settings: string[] }>(
    `SELECT rolname AS name, rolsuper AS superuser, rolcreatedb AS "createDatabase", rolcreaterole AS "createRole",
            rolinherit AS inherit, rolcanlogin AS login, rolreplication AS replication,
            rolbypassrls AS "bypassRowLevelSecurity", rolconnlimit AS "connectionLimit",
            coalesce(rolvaliduntil::text, 'infinity') AS "validUntil", coalesce(rolconfig, '{}') AS settings,
            ARRAY(SELECT parent.rolname::text FROM pg_auth_members
                    JOIN pg_roles parent ON parent.oid = roleid
                   WHERE member = role.oid GROUP BY 1 ORDER BY 1) AS roles
       FROM pg_roles role WHERE rolname = $1`,
    [name],
  );
  if (found === undefined) return undefined;
  const { settings, ...role } = found;
  const setting = (key: string) => settings.find((item) => item.startsWith(`${key}=`))?.slice(key.length + 1);
  return {
    ...role,
    searchPaths: splitIdentifiers(setting("search_path") ?? ""),
    statementTimeout: milliseconds(setting("statement_timeout")),
    idleInTransactionSessionTimeout: milliseconds(setting("idle_in_transaction_session_timeout")),
    assumeRole: setting("role") ?? "",
  };
}

function splitIdentifiers(list: string): string[] {
  const items = list.match(/"(?:[^"]|"")*"|[^",\s]+/g) ?? [];
  return items.map((item) => (item.startsWith('"') ? item.slice(1, -1).replaceAll('""', '"') : item));
}

const UNITS: Record<string, number> = { "": 1, ms: 1, s: 1_000, min: 60_000, h: 3_600_000, d: 86_400_000 };

/** The milliseconds of a timeout. PostgreSQL keeps the text as it was written, `60000` as well as `1min`. */
function milliseconds(text = "0"): number {
  const [, count = "0", unit = ""] = /^(\d+)\s*(\w*)$/.exec(text) ?? [];
  return Number(count) * (UNITS[unit] ?? 1);
}
