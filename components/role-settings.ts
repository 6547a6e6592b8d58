import type { Database } from "@pulumi/postgresql";
import type * as pulumi from "@pulumi/pulumi";
import type { Server } from "./server";
import { type TaskArgs, TaskResource } from "./task-resource";

/**
 * The settings of the application's sessions, in milliseconds. Without these limits, a forgotten transaction would keep
 * vacuum from removing dead rows, and a runaway query would use a processor for hours. A session can set other limits
 * for itself.
 */
const APPLICATION_SETTINGS = {
  idle_in_transaction_session_timeout: "60000",
  search_path: "public",
  statement_timeout: "60000",
};

/**
 * The settings of the administrator's sessions, also of those that the official plugin opens. Every name then means
 * PostgreSQL's own object, whatever objects of the same name the owner of the database has created.
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
 * Creates the settings of the administrator's and the application's sessions in the stack's database, whatever is set
 * for their roles or for the database. They are removed with the database and created again with a new one.
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
