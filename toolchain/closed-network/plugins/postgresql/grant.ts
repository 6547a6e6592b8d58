import { crc32 } from "node:zlib";
import { quoteIdentifier } from "../../../../postgres/connection";
import type { Failure, Property, ResourceType } from "../resource-type";
import { isEmpty, type Properties } from "../values";
import { type Granted, lifeOfPrivileges } from "./granted";
import { forGrantee, grantee, privilegeFailures, recorded } from "./privileges";
import type { Server, Session } from "./server";

interface Grant extends Granted {
  objects: string[] | null;
}

const NAMESPACE = "(SELECT oid FROM pg_namespace WHERE nspname = $3)";

/** For each object type, its catalog, and the expressions for owner and access list. */
const catalogs: Record<string, { objects: string; owner: string; list: string; otherwise: string }> = {
  database: { objects: "pg_database WHERE datname = $2", owner: "datdba", list: "datacl", otherwise: "d" },
  schema: { objects: "pg_namespace WHERE nspname = $3", owner: "nspowner", list: "nspacl", otherwise: "n" },
  table: {
    objects: `pg_class WHERE relkind IN ('r', 'p', 'v', 'm', 'f') AND relnamespace = ${NAMESPACE}
                         AND ($4::text[] IS NULL OR relname = ANY ($4))`,
    owner: "relowner",
    list: "relacl",
    otherwise: "r",
  },
  sequence: {
    objects: `pg_class WHERE relkind = 'S' AND relnamespace = ${NAMESPACE}
                         AND ($4::text[] IS NULL OR relname = ANY ($4))`,
    owner: "relowner",
    list: "relacl",
    otherwise: "s",
  },
  function: {
    objects: `pg_proc WHERE pronamespace = ${NAMESPACE}`,
    owner: "proowner",
    list: "proacl",
    otherwise: "f",
  },
};

const given: Property = { type: "string", required: true, replaces: true };

/**
 * The resource type `postgresql:index/grant:Grant`: all privileges of a role on some objects. Privileges that are not
 * listed are revoked.
 */
export function grant(server: Server): ResourceType {
  return {
    schema: {
      role: given,
      database: given,
      schema: { type: "string", replaces: true },
      objectType: given,
      objects: { type: "set", replaces: true },
      columns: { type: "set", readonly: true },
      privileges: { type: "set", required: true },
      withGrantOption: { type: "boolean", default: false, replaces: true },
    },
    validate,
    ...lifeOfPrivileges<Grant>(server, {
      identify,
      apply,
      readPrivileges,
      notImportable: (id) => [
        `The grant "${id}" cannot be imported, because the parts of its id cannot be separated.`,
        "Declare it in the program and run `pulumi up` instead. Granting the same privileges again changes nothing.",
      ],
    }),
  };
}

function validate(inputs: Properties): Failure[] {
  const failures = privilegeFailures(inputs, Object.keys(catalogs));
  const objectType = typeof inputs.objectType === "string" ? inputs.objectType : "";
  if (objectType !== "database" && isEmpty(inputs.schema)) {
    failures.push({
      property: "schema",
      reason: "parameter 'schema' is mandatory unless objectType is database",
    });
  }
  if (!isEmpty(inputs.objects) && ["database", "schema", "function"].includes(objectType)) {
    failures.push({
      property: "objects",
      reason: `cannot specify 'objects' when objectType is ${objectType}`,
    });
  }
  return failures;
}

function identify({ role, database, schema, objectType, objects }: Grant): string {
  const inSchema = objectType === "database" ? [] : [schema];
  return [role, database, ...inSchema, objectType, ...inHashOrder(objects ?? [])].join("_");
}

/** Sorts the members of a set as the official plugin does: by their checksums, which it compares as decimal texts. */
function inHashOrder(members: readonly string[]): string[] {
  const key = (member: string) => String(crc32(member));
  return members.toSorted((a, b) => (key(a) < key(b) ? -1 : 1));
}

/** Revokes all privileges, then grants the wanted ones. */
async function apply(session: Session, grant: Grant): Promise<void> {
  const on = target(grant);
  const role = grantee(grant.role);
  await session.asMemberOf(await owners(session, grant), async () => {
    await session.query(`REVOKE ALL PRIVILEGES ON ${on} FROM ${role}`, [], "could not execute revoke query");
    if (grant.privileges === null || grant.privileges.length === 0) return;
    const option = grant.withGrantOption ? " WITH GRANT OPTION" : "";
    await session.query(
      `GRANT ${grant.privileges.join(", ")} ON ${on} TO ${role}${option}`,
      [],
      "could not execute grant query",
    );
  });
}

function target({ objectType, database, schema, objects }: Grant): string {
  if (objectType === "database") return `DATABASE ${quoteIdentifier(database)}`;
  const inSchema = quoteIdentifier(schema ?? "");
  if (objectType === "schema") return `SCHEMA ${inSchema}`;
  const kind = objectType.toUpperCase();
  if (objects === null || objects.length === 0) return `ALL ${kind}S IN SCHEMA ${inSchema}`;
  return `${kind} ${objects.map((name) => `${inSchema}.${quoteIdentifier(name)}`).join(", ")}`;
}

async function owners(session: Session, grant: Grant): Promise<string[]> {
  const { objects, owner } = catalogs[grant.objectType]!;
  const rows = await session.query<{ owner: string }>(
    `SELECT DISTINCT pg_get_userbyid(${owner}) AS owner FROM ${objects} AND ${ALL_PARAMETERS}`,
    parameters(grant),
  );
  // The schema "public" belongs to pg_database_owner, a role that can have no members.
  const names = rows.map((row) => row.owner);
  if (!names.includes("pg_database_owner")) return names;
  return [
    ...names,
    ...(await owners(session, { ...grant, objectType: "database", schema: null, objects: null })),
  ].filter((name) => name !== "pg_database_owner");
}

/** An expression that gives every parameter a type, because not every query uses all of them. */
const ALL_PARAMETERS = "num_nulls($1::text, $2::text, $3::text, $4::text[]) >= 0";

function parameters({ role, database, schema, objects }: Grant): unknown[] {
  return [role, database, schema, objects !== null && objects.length > 0 ? objects : null];
}

/** The wanted privileges when every object has them, or else those of the first object that differs. */
async function readPrivileges(session: Session, grant: Grant): Promise<string[] | null | undefined> {
  const [role] = await session.query(`SELECT FROM pg_roles WHERE rolname = $1 OR $1 = 'public'`, [
    grant.role,
  ]);
  if (role === undefined) return undefined;
  const { objects, owner, list, otherwise } = catalogs[grant.objectType]!;
  const rows = await session.query<{ privileges: string[] }>(
    `SELECT ARRAY(SELECT acl.privilege_type FROM aclexplode(coalesce(${list}, acldefault('${otherwise}', ${owner}))) acl
                   WHERE ${forGrantee("$1")} GROUP BY 1 ORDER BY 1) AS privileges
       FROM ${objects} AND ${ALL_PARAMETERS}`,
    parameters(grant),
  );
  for (const { privileges } of rows) {
    const found = recorded(grant.objectType, grant.privileges, privileges);
    if (found !== grant.privileges) return found;
  }
  return grant.privileges;
}
