import * as postgresql from "@pulumi/postgresql";
import type * as pulumi from "@pulumi/pulumi";

export interface GrantsArgs {
  database: pulumi.Input<string>;
  /** The schema's owner. */
  owner: pulumi.Input<string>;
  /** The application's role. */
  role: pulumi.Input<string>;
}

/**
 * Creates the grants. Table privileges are listed by name and sorted. From PostgreSQL 17 on, `ALL` includes MAINTAIN
 * for tables. It would grant more than needed, or appear as a change with a plugin that does not know MAINTAIN. For
 * schemas, `ALL` means the same in every version.
 */
export function grants(
  name: string,
  args: GrantsArgs,
  opts: pulumi.CustomResourceOptions,
): pulumi.Resource[] {
  const revoked = withoutPublic(name, args, opts);
  const after = { ...opts, dependsOn: revoked };
  return [...revoked, ...ofRoles(name, args, after), ...onNewObjects(name, args, after)];
}

function withoutPublic(
  name: string,
  { database }: GrantsArgs,
  opts: pulumi.CustomResourceOptions,
): pulumi.Resource[] {
  const nobody = { role: "public", privileges: [] };
  return [
    new postgresql.Grant(`${name}-public-database`, { database, objectType: "database", ...nobody }, opts),
    new postgresql.Grant(
      `${name}-public-schema`,
      { database, objectType: "schema", schema: "public", ...nobody },
      opts,
    ),
  ];
}

function ofRoles(
  name: string,
  { database, owner, role }: GrantsArgs,
  opts: pulumi.CustomResourceOptions,
): pulumi.Resource[] {
  const onSchema = { database, objectType: "schema", schema: "public" };
  return [
    new postgresql.Grant(
      `${name}-connect`,
      { database, objectType: "database", role, privileges: ["CONNECT"] },
      opts,
    ),
    new postgresql.Grant(
      `${name}-owner-schema`,
      { ...onSchema, role: owner, privileges: ["CREATE", "USAGE"] },
      opts,
    ),
    new postgresql.Grant(`${name}-schema`, { ...onSchema, role, privileges: ["USAGE"] }, opts),
  ];
}

function onNewObjects(
  name: string,
  { database, owner, role }: GrantsArgs,
  opts: pulumi.CustomResourceOptions,
): pulumi.Resource[] {
  const inSchema = { database, owner, role, schema: "public" };
  return [
    new postgresql.DefaultPrivileges(
      `${name}-tables`,
      { ...inSchema, objectType: "table", privileges: ["DELETE", "INSERT", "SELECT", "UPDATE"] },
      opts,
    ),
    new postgresql.DefaultPrivileges(
      `${name}-sequences`,
      { ...inSchema, objectType: "sequence", privileges: ["SELECT", "USAGE"] },
      opts,
    ),
  ];
}
