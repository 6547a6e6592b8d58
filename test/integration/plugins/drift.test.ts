import { expect } from "chai";
import { secret, type Properties } from "../../../toolchain/closed-network/plugins/values";
import { setUp } from "../../support/fixture";
import type { StoredResource } from "../../support/plugin";
import { PostgresqlPlugin, uniqueName } from "../../support/postgresql-plugin";

describe("the postgresql plugin, after somebody changed the server by hand", () => {
  let plugin: PostgresqlPlugin;
  const role = uniqueName("role");
  const database = uniqueName("db");

  setUp(async (undo) => {
    plugin = await PostgresqlPlugin.start();
    undo(() => plugin.stop());
    await plugin.create("Role", { name: role });
    await plugin.create("Database", { name: database });
  });

  /** Creates a resource, changes it by hand, and reads and plans it again. */
  async function drift(
    type: "Role" | "Database" | "Grant" | "DefaultPrivileges" | "Extension",
    inputs: Properties,
    byHand: (stored: StoredResource) => Promise<unknown>,
  ): Promise<Record<string, string> | "gone"> {
    const stored = await plugin.create(type, inputs);
    await byHand(stored);
    const found = await plugin.read(type, stored);
    if (found === undefined) return "gone";
    const { changes } = await plugin.diff(type, found, inputs);
    // The next `up` repairs it.
    const repaired = Object.keys(changes).length === 0 ? stored : await plugin.update(type, found, inputs);
    expect((await plugin.read(type, repaired))?.outputs).to.deep.equal(stored.outputs);
    return changes;
  }

  it("finds a privilege that was revoked", async () => {
    const inputs = { role, database, objectType: "database", privileges: ["CONNECT", "TEMPORARY"] };
    const changes = await drift("Grant", inputs, () =>
      plugin.sql(`REVOKE CONNECT ON DATABASE ${database} FROM ${role}`),
    );
    expect(changes).to.deep.equal({ "privileges[0]": "add" });
  });

  it("finds that all privileges were revoked", async () => {
    const inputs = { role, database, objectType: "schema", schema: "public", privileges: ["USAGE"] };
    const changes = await drift("Grant", inputs, () =>
      plugin.sql(`REVOKE USAGE ON SCHEMA public FROM ${role}`, database),
    );
    expect(changes).to.deep.equal({ privileges: "add" });
  });

  it("finds a privilege that was given to everybody", async () => {
    const inputs = { role: "public", database, objectType: "database", privileges: [] };
    const changes = await drift("Grant", inputs, () =>
      plugin.sql(`GRANT CONNECT ON DATABASE ${database} TO PUBLIC`),
    );
    expect(changes).to.deep.equal({ privileges: "delete" });
  });

  it("finds the one table whose privileges differ", async () => {
    await plugin.sql("CREATE TABLE one (id int); CREATE TABLE other (id int)", database);
    const inputs = {
      role,
      database,
      objectType: "table",
      schema: "public",
      privileges: ["SELECT", "INSERT"],
    };
    const changes = await drift("Grant", inputs, () =>
      plugin.sql(`GRANT DELETE ON other TO ${role}`, database),
    );
    expect(changes).to.deep.equal({ "privileges[0]": "delete" });
  });

  it("minds only the listed tables", async () => {
    await plugin.sql("CREATE TABLE listed (id int); CREATE TABLE unlisted (id int)", database);
    const privileges = ["SELECT"];
    const inputs = { role, database, objectType: "table", schema: "public", objects: ["listed"], privileges };
    expect(
      await drift("Grant", inputs, () => plugin.sql(`GRANT DELETE ON unlisted TO ${role}`, database)),
    ).to.deep.equal({});
  });

  it("has the listed tables in the grant's id in the vendor's order, which is that of their checksums", async () => {
    await plugin.sql("CREATE TABLE messages (id int); CREATE TABLE users (id int)", database);
    const on = { role, database, objectType: "table", schema: "public", privileges: ["SELECT"] };
    const { id } = await plugin.create("Grant", { ...on, objects: ["messages", "users"] });
    expect(id).to.equal(`${role}_${database}_public_table_users_messages`);
  });

  it("treats ALL as the list of all privileges", async () => {
    const inputs = { role, database, objectType: "table", schema: "public", privileges: ["ALL"] };
    expect(await drift("Grant", inputs, () => Promise.resolve())).to.deep.equal({});
  });

  it("finds default privileges that were taken back", async () => {
    const privileges = ["SELECT", "UPDATE"];
    const inputs = { role, database, schema: "public", owner: "postgres", objectType: "table", privileges };
    const changes = await drift("DefaultPrivileges", inputs, () =>
      plugin.sql(`ALTER DEFAULT PRIVILEGES IN SCHEMA public REVOKE UPDATE ON TABLES FROM ${role}`, database),
    );
    expect(changes).to.deep.equal({ "privileges[1]": "add" });
  });

  it("finds attributes and settings of a role that were altered", async () => {
    const name = uniqueName("role");
    const inputs = { name, connectionLimit: 50, statementTimeout: 60_000, searchPaths: ["public"] };
    const changes = await drift("Role", inputs, async () => {
      await plugin.sql(`ALTER ROLE ${name} CREATEDB CONNECTION LIMIT 7`);
      await plugin.sql(`ALTER ROLE ${name} SET statement_timeout = '2min'`);
      await plugin.sql(`ALTER ROLE ${name} SET search_path = "$user", 'odd "one"'`);
    });
    expect(changes).to.deep.equal({
      connectionLimit: "update",
      createDatabase: "delete",
      statementTimeout: "update",
      "searchPaths[0]": "update",
      "searchPaths[1]": "delete",
    });
  });

  it("does not see a password that was altered: only a login proves one", async () => {
    const name = uniqueName("role");
    const inputs = { name, login: true, password: secret("ours") };
    expect(
      await drift("Role", inputs, () => plugin.sql(`ALTER ROLE ${name} PASSWORD 'theirs'`)),
    ).to.deep.equal({});
  });

  it("finds a database's connection limit altered", async () => {
    const name = uniqueName("db");
    const changes = await drift("Database", { name }, () =>
      plugin.sql(`ALTER DATABASE ${name} CONNECTION LIMIT 3`),
    );
    expect(changes).to.deep.equal({ connectionLimit: "update" });
  });

  it("finds that a resource is gone", async () => {
    const name = uniqueName("gone");
    const dropped: [Parameters<typeof drift>[0], Properties, statement: string, database: string][] = [
      ["Extension", { name: "pg_trgm", database }, "DROP EXTENSION pg_trgm", database],
      ["Role", { name }, `DROP ROLE ${name}`, "postgres"],
      ["Database", { name }, `DROP DATABASE ${name}`, "postgres"],
    ];
    for (const [type, inputs, statement, where] of dropped) {
      expect(await drift(type, inputs, () => plugin.sql(statement, where)), type).to.equal("gone");
    }
  });

  it("finds that what was inside a dropped database, or belonged to a dropped role, is gone", async () => {
    const gone = { role: uniqueName("role"), database: uniqueName("db") };
    const other = await plugin.create("Role", { name: gone.role });
    const inside = await plugin.create("Database", { name: gone.database });
    const grants = [
      await plugin.create("Grant", {
        role,
        database: gone.database,
        objectType: "database",
        privileges: ["CONNECT"],
      }),
      await plugin.create("Grant", {
        role: gone.role,
        database,
        objectType: "database",
        privileges: ["CONNECT"],
      }),
    ];
    await plugin.sql(`DROP DATABASE ${gone.database}`);
    await plugin.sql(`DROP OWNED BY ${gone.role}`, database);
    await plugin.sql(`DROP ROLE ${gone.role}`);
    for (const grant of grants) expect(await plugin.read("Grant", grant)).to.be.undefined;
    for (const grant of grants) await plugin.delete("Grant", grant);
    await plugin.delete("Database", inside);
    await plugin.delete("Role", other);
  });
});
