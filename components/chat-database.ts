import * as postgresql from "@pulumi/postgresql";
import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import { removeLeftover } from "../postgres/leftovers";
import { scramVerifier } from "../postgres/scram";
import { sessionLimits } from "../postgres/session-limits";
import { OwnerTasks } from "./owner-tasks";
import type { Server } from "./server";
import { TaskResource } from "./task-resource";

/**
 * What the application role's sessions may take, in ms: a forgotten transaction keeps vacuum from cleaning up, and a
 * runaway query the processors. A session that needs longer sets its own limits.
 */
const APPLICATION_LIMITS = { statementTimeout: 60_000, idleInTransactionSessionTimeout: 60_000 };

export interface ChatDatabaseArgs {
  server: Server;
  /** The database's name. */
  database: string;
  /** The application's role: rows only. */
  role: string;
  /** The schema's owner: migrations, generator, indexes; no superuser either. */
  ownerRole: string;
  /** Raised to give both roles new passwords. */
  passwordVersion: number;
}

/** The band's database and its two roles, each with no more rights than it needs; PUBLIC has none. */
export class ChatDatabase extends pulumi.ComponentResource {
  readonly database: pulumi.Output<string>;
  readonly role: pulumi.Output<string>;
  readonly ownerRole: pulumi.Output<string>;
  /** The application's URL; secret. */
  readonly databaseUrl: pulumi.Output<string>;
  /** The schema owner's URL; secret. */
  readonly migrationUrl: pulumi.Output<string>;
  readonly provider: postgresql.Provider;
  /** The provider of tasks that log in as the owner. */
  readonly ownerTasks: OwnerTasks;

  constructor(name: string, args: ChatDatabaseArgs, opts: pulumi.ComponentResourceOptions = {}) {
    super("chat-perf:postgres:ChatDatabase", name, {}, opts);
    const { server } = args;

    this.provider = new postgresql.Provider(
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
      { parent: this, ...(opts.dependsOn === undefined ? {} : { dependsOn: opts.dependsOn }) },
    );
    const inServer = { ...server.within, parent: this };
    const within = { ...inServer, provider: this.provider };

    const made = (kind: "role" | "database", resource: string): pulumi.CustomResourceOptions => ({
      ...within,
      deleteBeforeReplace: true,
      ...(!server.shared && { hooks: { beforeCreate: [removeFirst(server, kind, resource)] } }),
    });

    const limits = server.sessions.apply(sessionLimits);
    const ownerPassword = this.password(`${name}-owner-password`, args.passwordVersion);
    const owner = new postgresql.Role(
      `${name}-owner`,
      {
        name: args.ownerRole,
        login: true,
        password: this.verifier(`${name}-owner`, ownerPassword, args.passwordVersion),
        connectionLimit: limits.owner,
      },
      made("role", `${name}-owner`),
    );
    const actsAsOwner = server.mayActAs(`${name}-owner`, owner.name, inServer);
    const database = new postgresql.Database(
      name,
      {
        name: args.database,
        owner: owner.name,
        encoding: "UTF8",
        lcCollate: "C.UTF-8",
        lcCtype: "C.UTF-8",
        template: "template0",
      },
      { ...made("database", name), dependsOn: [owner, ...actsAsOwner] },
    );
    const password = this.password(`${name}-password`, args.passwordVersion);
    const role = new postgresql.Role(
      `${name}-role`,
      {
        name: args.role,
        login: true,
        password: this.verifier(`${name}-role`, password, args.passwordVersion),
        connectionLimit: limits.application,
        ...APPLICATION_LIMITS,
        searchPaths: ["public"],
      },
      made("role", `${name}-role`),
    );
    const actsAsRole = server.mayActAs(`${name}-role`, role.name, inServer);
    this.database = database.name;
    this.role = role.name;
    this.ownerRole = owner.name;

    const walls = this.grants(name, within);
    // It creates objects in the schema `public`, whose rights the grants settle first. Where it may not be to be had,
    // query monitoring makes it as far as it goes.
    const extension = server.shared
      ? []
      : [
          new postgresql.Extension(
            `${name}-pg-stat-statements`,
            { name: "pg_stat_statements", database: this.database },
            { ...within, dependsOn: walls },
          ),
        ];

    const logins = { ...inServer, dependsOn: [...walls, ...extension, ...actsAsRole] };
    const ownerLogin = new Login(
      `${name}-owner-login`,
      server.loginUrl(owner.name, ownerPassword, this.database),
      "[4/8] Creating performance database...",
      `✓ Database '${args.database}' created`,
      logins,
    );
    const roleLogin = new Login(
      `${name}-login`,
      server.loginUrl(role.name, password, this.database),
      "[5/8] Creating dedicated user with least privilege...",
      `✓ User '${args.role}' created with least privilege`,
      { ...logins, dependsOn: ownerLogin },
    );
    this.migrationUrl = ownerLogin.url;
    this.databaseUrl = roleLogin.url;
    this.ownerTasks = new OwnerTasks(`${name}-owner-tasks`, ownerLogin.url, { parent: this });
    this.registerOutputs({ database: this.database, role: this.role });
  }

  private password(name: string, version: number): pulumi.Output<string> {
    return new random.RandomPassword(
      name,
      { length: 32, special: false, keepers: { version: String(version) } },
      { parent: this },
    ).result;
  }

  /**
   * What the server is to keep of a password. The salt is drawn once for each password, so that the verifier stays the
   * same from run to run; the password itself is in no statement.
   */
  private verifier(name: string, password: pulumi.Output<string>, version: number): pulumi.Output<string> {
    const salt = new random.RandomBytes(
      `${name}-salt`,
      { length: 16, keepers: { version: String(version) } },
      { parent: this },
    );
    return pulumi
      .all([password, salt.base64])
      .apply(([text, base64]) => scramVerifier(text, Buffer.from(base64, "base64")));
  }

  /**
   * Privileges are named one by one and sorted: `ALL` of tables includes MAINTAIN from PostgreSQL 17 on, so that it
   * grants more, or shows as a change with a plugin that does not know it. For schemas it means the same everywhere.
   */
  private grants(name: string, opts: pulumi.CustomResourceOptions): pulumi.Resource[] {
    const { database, role, ownerRole } = this;
    const nobody = { role: "public", privileges: [] };
    const rows = ["DELETE", "INSERT", "SELECT", "UPDATE"];
    const revokeDatabase = new postgresql.Grant(
      `${name}-public-database`,
      { database, objectType: "database", ...nobody },
      opts,
    );
    const revokeSchema = new postgresql.Grant(
      `${name}-public-schema`,
      { database, objectType: "schema", schema: "public", ...nobody },
      opts,
    );
    const after = { ...opts, dependsOn: [revokeDatabase, revokeSchema] };
    return [
      revokeDatabase,
      revokeSchema,
      new postgresql.Grant(
        `${name}-connect`,
        { database, objectType: "database", role, privileges: ["CONNECT"] },
        after,
      ),
      new postgresql.Grant(
        `${name}-owner-schema`,
        {
          database,
          objectType: "schema",
          schema: "public",
          role: ownerRole,
          privileges: ["CREATE", "USAGE"],
        },
        after,
      ),
      new postgresql.Grant(
        `${name}-schema`,
        { database, objectType: "schema", schema: "public", role, privileges: ["USAGE"] },
        after,
      ),
      new postgresql.DefaultPrivileges(
        `${name}-tables`,
        { database, owner: ownerRole, role, schema: "public", objectType: "table", privileges: rows },
        after,
      ),
      new postgresql.DefaultPrivileges(
        `${name}-sequences`,
        {
          database,
          owner: ownerRole,
          role,
          schema: "public",
          objectType: "sequence",
          privileges: ["SELECT", "USAGE"],
        },
        after,
      ),
    ];
  }
}

/** What a killed run has left under the name stands in the way of what is to be made. */
function removeFirst(server: Server, kind: "role" | "database", resource: string): pulumi.ResourceHook {
  return new pulumi.ResourceHook(`${resource}-leftovers`, async ({ newInputs }) => {
    const adminUrl = await new Promise<string>((resolve) => server.adminUrl.apply(resolve));
    const { name } = newInputs as { name: string };
    await removeLeftover(adminUrl, kind, name, (line) => void pulumi.log.info(line));
  });
}

class Login extends TaskResource<"Login"> {
  /** The URL, known once somebody has logged in with it. */
  declare readonly url: pulumi.Output<string>;

  constructor(
    name: string,
    url: pulumi.Input<string>,
    title: string,
    done: string,
    opts: pulumi.CustomResourceOptions,
  ) {
    super("Login", name, { url, title, done }, ["works"], opts, { asksStale: true });
  }
}
