import type { Database } from "@pulumi/postgresql";
import type * as pulumi from "@pulumi/pulumi";
import type { Server } from "./server";
import { type TaskArgs, TaskResource } from "./task-resource";

/**
 * Settings of the application's sessions. A forgotten transaction keeps vacuum from cleaning up, and a runaway query the
 * processors: both end after a minute, in ms. A session that needs longer sets its own limits.
 */
const APPLICATION_SETTINGS = {
  idle_in_transaction_session_timeout: "60000",
  search_path: "public",
  statement_timeout: "60000",
};

/**
 * Settings of the administrator's sessions, also of those that the vendor's plugin opens: a name means PostgreSQL's own
 * object, whatever the owner of the database has made under the same name.
 */
const ADMINISTRATOR_SETTINGS = { search_path: "pg_catalog" };

export interface SessionSettingsArgs {
  server: Server;
  /** The application's role. */
  role: pulumi.Output<string>;
  /** The stack's database. */
  database: Database;
}

/**
 * What sessions in the stack's database have, whatever is set for their role or for the database: those of the
 * administrator and those of the application. The settings go with the database, and a new one gets them anew.
 */
export function sessionSettings(
  name: string,
  { server, role, database }: SessionSettingsArgs,
  opts: pulumi.CustomResourceOptions,
): pulumi.Resource[] {
  const inDatabase = { ...opts, replaceWith: [...(opts.replaceWith ?? []), database] };
  const common = { adminUrl: server.adminUrl, database: database.name };
  return [
    new RoleSettings(
      `${name}-administrator-settings`,
      { ...common, role: server.adminUser, settings: ADMINISTRATOR_SETTINGS, own: false },
      inDatabase,
    ),
    new RoleSettings(
      `${name}-role-settings`,
      { ...common, role, settings: APPLICATION_SETTINGS, own: true },
      inDatabase,
    ),
  ];
}

class RoleSettings extends TaskResource<"RoleSettings"> {
  constructor(name: string, args: TaskArgs<"RoleSettings">, opts: pulumi.CustomResourceOptions) {
    super("RoleSettings", name, args, [], opts, { asksStale: true });
  }
}
