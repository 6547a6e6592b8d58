import { expect } from "chai";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { plugin as postgresql } from "../../../toolchain/closed-network/plugins/postgresql";
import { secret, type Properties } from "../../../toolchain/closed-network/plugins/values";
import { setUp } from "../../support/fixture";
import { PluginClient } from "../../support/plugin";
import { configuration, PostgresqlPlugin, uniqueName } from "../../support/postgresql-plugin";

describe("the postgresql plugin, when something cannot be", () => {
  let plugin: PostgresqlPlugin;
  const database = uniqueName("db");
  const role = uniqueName("role");

  setUp(async (undo) => {
    plugin = await PostgresqlPlugin.start();
    undo(() => plugin.stop());
    await plugin.create("Role", { name: role });
    await plugin.create("Database", { name: database });
  });

  const grant = { role, database, objectType: "database", privileges: ["CONNECT"] };
  const defaults = { role, database, owner: "postgres", objectType: "table", privileges: ["SELECT"] };

  const refused: Record<
    string,
    [type: Parameters<PostgresqlPlugin["create"]>[0], given: Properties, message: string]
  > = {
    "a role that exists": [
      "Role",
      { name: role },
      `error creating role ${role}: pq: role "${role}" already exists (42710)`,
    ],
    "a database that exists": [
      "Database",
      { name: "postgres" },
      'error creating database "postgres": pq: database "postgres" already exists (42P04)',
    ],
    "an unknown privilege": [
      "Grant",
      { ...grant, privileges: ["FLY"] },
      "FLY is not an allowed privilege for object type database",
    ],
    "a privilege of another object type": [
      "Grant",
      { ...grant, objectType: "schema", schema: "public", privileges: ["USAGE", "SELECT"] },
      "SELECT is not an allowed privilege for object type schema",
    ],
    "an unknown default privilege": [
      "DefaultPrivileges",
      { ...defaults, privileges: ["CONNECT"] },
      "CONNECT is not an allowed privilege for object type table",
    ],
    "a grant to a missing role": [
      "Grant",
      { ...grant, role: "nobody_here" },
      'could not execute revoke query: pq: role "nobody_here" does not exist (42704)',
    ],
    "a grant in a missing database": [
      "Grant",
      { ...grant, database: "nowhere" },
      'pq: database "nowhere" does not exist (3D000)',
    ],
    "a grant on a missing table": [
      "Grant",
      { ...grant, objectType: "table", schema: "public", objects: ["nothing"], privileges: ["SELECT"] },
      'pq: relation "public.nothing" does not exist (42P01)',
    ],
    "a grant on tables of no schema": [
      "Grant",
      { ...grant, objectType: "table", privileges: ["SELECT"] },
      "parameter 'schema' is mandatory",
    ],
    "a grant on listed objects of a database": [
      "Grant",
      { ...grant, objects: ["one"] },
      "cannot specify 'objects' when objectType is database",
    ],
    "an unknown object type": ["Grant", { ...grant, objectType: "planet" }, 'function, got "planet"'],
    "columns, which only the official plugin has": [
      "Grant",
      { ...grant, columns: ["a"] },
      '"columns" is not supported',
    ],
    "a privilege that is not a list": [
      "Grant",
      { ...grant, privileges: "CONNECT" },
      '"privileges" must be a set',
    ],
    "an extension that is missing": [
      "Extension",
      { name: "no_such_ext", database },
      'pq: extension "no_such_ext" is not available (0A000)',
    ],
    "a role without a name": ["Role", {}, "Missing required property 'name'"],
    "a negative timeout": [
      "Role",
      { name: "r", statementTimeout: -1 },
      "statementTimeout must be a whole number, at least 0",
    ],
    "half a connection": [
      "Role",
      { name: "r", connectionLimit: 1.5 },
      "connectionLimit must be a whole number",
    ],
    "a role in a missing role": [
      "Role",
      { name: "half_made", roles: ["nobody_here"] },
      'error configuring role half_made: pq: role "nobody_here" does not exist (42704)',
    ],
    "an owner that is missing": [
      "Database",
      { name: "half_made", owner: "nobody_here" },
      'pq: role "nobody_here" does not exist (42704)',
    ],
  };
  for (const [mistake, [type, given, message]] of Object.entries(refused)) {
    it(`refuses ${mistake}`, async () => {
      const error = await plugin.create(type, given).catch((reason: unknown) => reason);
      expect(error).to.be.an("error");
      expect((error as Error).message).to.include(message);
    });
  }

  it("leaves nothing behind after a refusal", async () => {
    const left = await plugin.sql(
      `SELECT rolname FROM pg_roles WHERE rolname IN ('r', 'half_made')
        UNION ALL SELECT datname FROM pg_database WHERE datname = 'half_made'`,
    );
    expect(left).to.deep.equal([]);
  });

  it("waits with its judgement for what is not known yet", async () => {
    const unknown = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
    const inputs = {
      role: unknown,
      database: unknown,
      objectType: unknown,
      privileges: [unknown],
      schema: unknown,
    };
    expect((await plugin.client.check("postgresql:index/grant:Grant", inputs)).failures).to.deep.equal([]);
  });

  async function connecting(overrides: Properties): Promise<string> {
    const client = await PluginClient.serving(postgresql);
    try {
      await client.configure(configuration(plugin.server, overrides));
      const error = await client
        .create("postgresql:index/role:Role", { name: "r" })
        .catch((reason: unknown) => reason);
      return (error as Error).message;
    } finally {
      client.close();
    }
  }

  it("says that the password is wrong", async () => {
    expect(await connecting({ password: secret("wrong") })).to.equal(
      `error connecting to PostgreSQL server ${plugin.server.host} (scheme: postgres): ` +
        'pq: password authentication failed for user "postgres" (28P01)',
    );
  });

  it("says at once that nothing listens", async () => {
    const unused = createServer().listen(0, "127.0.0.1");
    await new Promise((resolve) => unused.once("listening", resolve));
    const { port } = unused.address() as AddressInfo;
    await new Promise((resolve) => unused.close(resolve));
    expect(await connecting({ host: "127.0.0.1", port: String(port) })).to.equal(
      "error connecting to PostgreSQL server 127.0.0.1 (scheme: postgres): " +
        `dial tcp 127.0.0.1:${port}: connect: connection refused`,
    );
  });

  it("refuses a configuration that it cannot use", async () => {
    const mistakes: Properties = {
      port: "0",
      sslmode: "maybe",
      superuser: "perhaps",
      connectTimeout: "-1",
      scheme: "awspostgres",
      maxConnections: "few",
      awsRdsIamAuth: "true",
      clientcert: { cert: "a", key: "b" },
      hosts: "a",
    };
    const failures = await plugin.client.checkConfig(configuration(plugin.server, mistakes));
    expect(failures).to.have.members([
      "port must be a port number",
      "sslmode must be one of disable, require, verify-ca, verify-full",
      "superuser must be true or false",
      "connectTimeout must be a number of seconds",
      "scheme must be postgres: others need the official plugin",
      "maxConnections must be a whole number",
      ...["awsRdsIamAuth", "clientcert"].map(
        (setting) =>
          `The offline plugin logs in with a password only. ${setting} needs the official plugin, on a machine that can reach Pulumi's download servers`,
      ),
      'There is no setting "hosts"',
    ]);
  });

  it("takes the vendor's other settings, and those that are switched off", async () => {
    const settings = {
      scheme: "postgres",
      maxConnections: "20",
      expectedVersion: "15.4",
      databaseUsername: "postgres",
      awsRdsIamAuth: "false",
      azureIdentityAuth: "false",
    };
    expect(await plugin.client.checkConfig(configuration(plugin.server, settings))).to.deep.equal([]);
  });

  for (const type of ["Grant", "DefaultPrivileges"] as const) {
    it(`says that ${type} cannot be imported, and what to do instead`, async () => {
      const message = await plugin
        .read(type, { id: "a_b_database", inputs: {}, outputs: {} })
        .then(String, (error: unknown) => (error as Error).message);
      expect(message).to.match(/"a_b_database" cannot be imported.*\n.*`pulumi up` instead/);
    });
  }
});
