import { quoteIdentifier } from "../../../../postgres/connection";
import type { Property, ResourceType } from "../resource-type";
import { type Granted, lifeOfPrivileges } from "./granted";
import { forGrantee, grantee, privilegeFailures, recorded } from "./privileges";
import type { Server, Session } from "./server";

interface DefaultPrivileges extends Granted {
  owner: string;
}

/** The codes of object types in `pg_default_acl`. */
const codes: Record<string, string> = { table: "r", sequence: "S", function: "f" };

const given: Property = { type: "string", required: true, replaces: true };

/**
 * The resource type `postgresql:index/defaultPrivileges:DefaultPrivileges`: the privileges of a role on objects that an
 * owner will create.
 */
export function defaultPrivileges(server: Server): ResourceType {
  return {
    schema: {
      role: given,
      database: given,
      schema: { type: "string", replaces: true },
      owner: given,
      objectType: given,
      privileges: { type: "set", required: true },
      withGrantOption: { type: "boolean", default: false, replaces: true },
    },
    validate: (inputs) => privilegeFailures(inputs, Object.keys(codes)),
    ...lifeOfPrivileges<DefaultPrivileges>(server, {
      identify: ({ role, database, schema, owner, objectType }) =>
        [role, database, schema ?? "noschema", owner, objectType].join("_"),
      apply,
      readPrivileges,
      notImportable: (id) => [
        `The default privileges "${id}" cannot be imported, because the parts of their id cannot be separated.`,
        "Declare them in the program and run `pulumi up` instead. Setting the same privileges again changes nothing.",
      ],
    }),
  };
}

/** Revokes all privileges, then grants the wanted ones. */
async function apply(session: Session, defaults: DefaultPrivileges): Promise<void> {
  const inSchema = defaults.schema === null ? "" : ` IN SCHEMA ${quoteIdentifier(defaults.schema)}`;
  const alter = `ALTER DEFAULT PRIVILEGES FOR ROLE ${quoteIdentifier(defaults.owner)}${inSchema}`;
  const on = `ON ${defaults.objectType.toUpperCase()}S`;
  const role = grantee(defaults.role);
  await session.asMemberOf([defaults.owner], async () => {
    await session.query(`${alter} REVOKE ALL ${on} FROM ${role}`, [], "could not revoke default privileges");
    if (defaults.privileges === null || defaults.privileges.length === 0) return;
    const option = defaults.withGrantOption ? " WITH GRANT OPTION" : "";
    await session.query(
      `${alter} GRANT ${defaults.privileges.join(", ")} ${on} TO ${role}${option}`,
      [],
      "could not alter default privileges",
    );
  });
}

async function readPrivileges(
  session: Session,
  defaults: DefaultPrivileges,
): Promise<string[] | null | undefined> {
  const { role, owner, schema, objectType } = defaults;
  const [found] = await session.query<{ complete: boolean; privileges: string[] }>(
    `SELECT ($1 = 'public' OR EXISTS (SELECT FROM pg_roles WHERE rolname = $1))
              AND EXISTS (SELECT FROM pg_roles WHERE rolname = $2)
              AND ($3::text IS NULL OR to_regnamespace($3) IS NOT NULL) AS complete,
            ARRAY(SELECT acl.privilege_type FROM pg_default_acl, aclexplode(defaclacl) acl
                   WHERE defaclrole = (SELECT oid FROM pg_roles WHERE rolname = $2)
                     AND defaclnamespace = coalesce(to_regnamespace($3)::oid, 0) AND defaclobjtype = $4
                     AND ${forGrantee("$1")} GROUP BY 1 ORDER BY 1) AS privileges`,
    [role, owner, schema === null ? null : quoteIdentifier(schema), codes[objectType]],
  );
  if (!found?.complete) return undefined;
  return recorded(objectType, defaults.privileges, found.privileges);
}
