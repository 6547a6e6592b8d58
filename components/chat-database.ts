import * as postgresql from "@pulumi/postgresql";
import * as pulumi from "@pulumi/pulumi";
import { removeLeftover } from "../postgres/leftovers";
import { sessionLimits } from "../postgres/session-limits";
import { grants } from "./grants";
import { Login } from "./login";
import { type LoginRole, loginRole, type PasswordArgs } from "./login-role";
import { OwnerTasks } from "./owner-tasks";
import { sessionSettings } from "./role-settings";
import type { Server } from "./server";

export interface ChatDatabaseArgs extends PasswordArgs {
  server: Server;
  /** The name of the database. */
  database: string;
  /** The role of the application, which can only read and write rows. */
  role: string;
  /** The role that owns the schema, for migrations, the generator and indexes. It is not a superuser. */
  ownerRole: string;
}

/** The band's database and its two roles, which have only the rights that they need. PUBLIC has none. */
export class ChatDatabase extends pulumi.ComponentResource {
  readonly database: pulumi.Output<string>;
  readonly role: pulumi.Output<string>;
  readonly ownerRole: pulumi.Output<string>;
  /** The URL of the application role. It is secret. */
  readonly databaseUrl: pulumi.Output<string>;
  /** The URL of the schema owner. It is secret. */
  readonly migrationUrl: pulumi.Output<string>;
  readonly provider: postgresql.Provider;
  /** The provider of tasks that log in as the owner. */
  readonly ownerTasks: OwnerTasks;

  constructor(name: string, args: ChatDatabaseArgs, opts: pulumi.ComponentResourceOptions = {}) {
    super("chat-perf:postgres:ChatDatabase", name, {}, opts);
    const { server } = args;
    const inServer = { ...server.within, parent: this };
    this.provider = administrator(name, server, {
      parent: this,
      ...(opts.dependsOn === undefined ? {} : { dependsOn: opts.dependsOn }),
    });
    const within = { ...inServer, provider: this.provider };
    const made = (kind: "role" | "database", resource: string): pulumi.CustomResourceOptions => ({
      ...within,
      deleteBeforeReplace: true,
      ...(!server.shared && { hooks: { beforeCreate: [removeFirst(server, kind, resource)] } }),
    });

    const owner = stackRole(
      `${name}-owner`,
      args,
      { role: args.ownerRole, passwordName: `${name}-owner-password`, sessions: "owner" },
      this,
      made("role", `${name}-owner`),
    );
    const actsAsOwner = server.mayActAs(`${name}-owner`, owner.role.name, inServer);
    const database = chatDatabase(name, args, owner.role, {
      ...made("database", name),
      dependsOn: [owner.role, ...actsAsOwner],
    });
    const application = stackRole(
      `${name}-role`,
      args,
      { role: args.role, passwordName: `${name}-password`, sessions: "application" },
      this,
      made("role", `${name}-role`),
    );
    const actsAsRole = server.mayActAs(`${name}-role`, application.role.name, inServer);
    this.database = database.name;
    this.role = application.role.name;
    this.ownerRole = owner.role.name;

    const settings = sessionSettings(name, { server, role: this.role, database }, inServer);
    const walls = grants(name, { database: this.database, owner: this.ownerRole, role: this.role }, within);
    // The extension creates objects in the schema `public`, so it comes after the grants on that schema. On an existing
    // server, the administrator may not be allowed to create it. There the task `QueryMonitoring` creates it if
    // possible.
    const extension = queryStatistics(name, server, this.database, { ...within, dependsOn: walls });

    const logins = { ...inServer, dependsOn: [...walls, ...extension, ...actsAsRole, ...settings] };
    const ownerLogin = new Login(
      `${name}-owner-login`,
      { url: server.loginUrl(this.ownerRole, owner.password, this.database), proves: "database" },
      logins,
    );
    const login = new Login(
      `${name}-login`,
      { url: server.loginUrl(this.role, application.password, this.database), proves: "user" },
      { ...logins, dependsOn: ownerLogin },
    );
    this.migrationUrl = ownerLogin.url;
    this.databaseUrl = login.url;
    this.ownerTasks = new OwnerTasks(`${name}-owner-tasks`, ownerLogin.url, { parent: this });
    this.registerOutputs({ database: this.database, role: this.role });
  }
}

/** The provider that creates databases, roles and grants as the server's administrator. */
function administrator(name: string, server: Server, opts: pulumi.ResourceOptions): postgresql.Provider {
  return new postgresql.Provider(
    `${name}-administrator`,
    {
      host: server.host,
      port: server.port,
      username: server.adminUser,
      password: server.adminPassword,
      superuser: server.superuser,
      sslmode: server.tls?.sslmode ?? "disable",
      ...(server.tls?.sslRootCert !== undefined && { sslrootcert: server.tls.sslRootCert }),
      connectTimeout: 60,
    },
    opts,
  );
}

/** One of the stack's two roles, with its own password and its own number of sessions. */
function stackRole(
  name: string,
  { server, passwordVersion, passwordForm }: ChatDatabaseArgs,
  own: { role: string; passwordName: string; sessions: "owner" | "application" },
  parent: pulumi.Resource,
  opts: pulumi.CustomResourceOptions,
): LoginRole {
  return loginRole(
    name,
    {
      name: own.role,
      connectionLimit: server.sessions.apply((sessions) => sessionLimits(sessions)[own.sessions]),
      passwordName: own.passwordName,
      passwordVersion,
      passwordForm,
    },
    parent,
    opts,
  );
}

function chatDatabase(
  name: string,
  { database }: ChatDatabaseArgs,
  owner: postgresql.Role,
  opts: pulumi.CustomResourceOptions,
): postgresql.Database {
  return new postgresql.Database(
    name,
    {
      name: database,
      owner: owner.name,
      encoding: "UTF8",
      lcCollate: "C.UTF-8",
      lcCtype: "C.UTF-8",
      template: "template0",
    },
    opts,
  );
}

/**
 * Creates the extension pg_stat_statements. An existing server may not have it. There the task `QueryMonitoring`
 * creates it if possible.
 */
function queryStatistics(
  name: string,
  server: Server,
  database: pulumi.Input<string>,
  opts: pulumi.CustomResourceOptions,
): pulumi.Resource[] {
  if (server.shared) return [];
  return [
    new postgresql.Extension(
      `${name}-pg-stat-statements`,
      { name: "pg_stat_statements", database, schema: "public" },
      opts,
    ),
  ];
}

/** A hook that drops what a killed run has left under the name, because it would prevent the creation. */
function removeFirst(server: Server, kind: "role" | "database", resource: string): pulumi.ResourceHook {
  return new pulumi.ResourceHook(`${resource}-leftovers`, async ({ newInputs }) => {
    const adminUrl = await new Promise<string>((resolve) => server.adminUrl.apply(resolve));
    const { name } = newInputs as { name: string };
    await removeLeftover(adminUrl, kind, name, (line) => void pulumi.log.info(line));
  });
}
