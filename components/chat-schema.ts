import * as postgresql from "@pulumi/postgresql";
import * as pulumi from "@pulumi/pulumi";
import { readMigrations } from "../postgres/migrations";
import type { ChatDatabase } from "./chat-database";
import type { Server } from "./server";
import { TaskResource } from "./task-resource";

export interface ChatSchemaArgs {
  server: Server;
  database: ChatDatabase;
  /** The absolute path of a folder in Prisma Migrate's layout. */
  migrationsDir: string;
}

/** The application's tables, which migrations create, and the application role's rights on their rows. */
export class ChatSchema extends pulumi.ComponentResource {
  /** A resource that is ready when tables, rights and query monitoring are in place. */
  readonly ready: pulumi.Resource;

  constructor(
    name: string,
    { server, database, migrationsDir }: ChatSchemaArgs,
    opts: pulumi.ComponentResourceOptions = {},
  ) {
    super("chat-perf:postgres:ChatSchema", name, {}, opts);
    const within = { ...server.within, parent: this };

    const migrations = new Migrations(name, migrationsDir, database.role, {
      ...within,
      provider: database.ownerTasks,
      dependsOn: database,
    });
    const rows = new postgresql.Grant(
      `${name}-rows`,
      {
        database: database.database,
        role: database.role,
        schema: "public",
        objectType: "table",
        objects: migrations.tables,
        privileges: ["DELETE", "INSERT", "SELECT", "UPDATE"],
      },
      { ...within, provider: database.provider },
    );
    this.ready = new QueryMonitoring(name, server, database.database, { ...within, dependsOn: rows });
    this.registerOutputs({ tables: migrations.tables });
  }
}

class Migrations extends TaskResource<"Migrations"> {
  declare readonly tables: pulumi.Output<string[]>;

  constructor(
    name: string,
    directory: string,
    applicationRole: pulumi.Input<string>,
    opts: pulumi.CustomResourceOptions,
  ) {
    const checksums = Object.fromEntries(readMigrations(directory).map((each) => [each.name, each.checksum]));
    super("Migrations", `${name}-migrations`, { directory, checksums, applicationRole }, ["tables"], opts);
  }
}

class QueryMonitoring extends TaskResource<"QueryMonitoring"> {
  constructor(
    name: string,
    server: Server,
    database: pulumi.Input<string>,
    opts: pulumi.CustomResourceOptions,
  ) {
    const inputs = { databaseUrl: server.urlOf(database), machine: server.machine };
    super("QueryMonitoring", `${name}-query-monitoring`, inputs, ["obstacle"], opts, {
      asksStale: server.shared,
    });
  }
}
