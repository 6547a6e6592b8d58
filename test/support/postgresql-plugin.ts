import { randomBytes } from "node:crypto";
import { plugin } from "../../toolchain/closed-network/plugins/postgresql";
import type { Properties, Value } from "../../toolchain/closed-network/plugins/values";
import { withClient } from "../../postgres/connection";
import { type Difference, PluginClient, type StoredResource } from "./plugin";
import { startTestServer, type TestServer } from "./server";

const types = {
  Role: "postgresql:index/role:Role",
  Database: "postgresql:index/database:Database",
  Grant: "postgresql:index/grant:Grant",
  DefaultPrivileges: "postgresql:index/defaultPrivileges:DefaultPrivileges",
  Extension: "postgresql:index/extension:Extension",
};
type TypeName = keyof typeof types;

/** The postgresql plugin, configured for the test server, with the resources that tests create. */
export class PostgresqlPlugin {
  readonly #created: [type: string, stored: StoredResource][] = [];

  private constructor(
    readonly server: TestServer,
    readonly client: PluginClient,
  ) {}

  /** @param login the login of another administrator */
  static async start(login: { username?: string; password?: string } = {}): Promise<PostgresqlPlugin> {
    const server = await startTestServer();
    const client = await PluginClient.serving(plugin);
    await client.configure(configuration(server, login));
    return new PostgresqlPlugin(server, client);
  }

  async create(type: TypeName, inputs: Properties): Promise<StoredResource> {
    const stored = await this.client.create(types[type], inputs);
    this.#created.push([types[type], stored]);
    return stored;
  }

  diff(type: TypeName, stored: StoredResource, inputs: Properties): Promise<Difference> {
    return this.client.diff(types[type], stored, inputs);
  }

  read(type: TypeName, stored: StoredResource): Promise<StoredResource | undefined> {
    return this.client.read(types[type], stored);
  }

  async update(type: TypeName, stored: StoredResource, inputs: Properties): Promise<StoredResource> {
    const updated = await this.client.update(types[type], stored, inputs);
    const entry = this.#created.find(([, created]) => created === stored);
    if (entry !== undefined) entry[1] = updated;
    return updated;
  }

  delete(type: TypeName, stored: StoredResource): Promise<void> {
    return this.client.delete(types[type], stored);
  }

  /** Deletes all created resources, the last one first, as `pulumi destroy` does. */
  async deleteAll(): Promise<void> {
    for (const [type, stored] of this.#created.splice(0).reverse()) await this.client.delete(type, stored);
  }

  /** Runs a statement as the administrator, as a person does by hand. */
  sql(text: string, database = "postgres"): Promise<Record<string, unknown>[]> {
    const url = this.server.adminUrl.replace(/\/postgres$/, `/${database}`);
    return withClient(url, async (client) => (await client.query<Record<string, unknown>>(text)).rows);
  }

  async stop(): Promise<void> {
    try {
      await this.deleteAll();
    } finally {
      this.client.close();
    }
  }
}

/** The configuration of the provider as the engine sends it, with numbers and booleans as text. */
export function configuration(server: TestServer, overrides: Properties = {}): Record<string, Value> {
  return {
    host: server.host,
    port: String(server.port),
    username: "postgres",
    password: server.adminPassword,
    sslmode: "disable",
    superuser: "true",
    connectTimeout: "180",
    ...(overrides as Record<string, Value>),
  };
}

/** A name that no other test uses. */
export function uniqueName(label: string): string {
  return `${label}_${randomBytes(4).toString("hex")}`;
}
