import { expect } from "chai";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { connectionUrl, withClient } from "../../../postgres/connection";
import { scramVerifier } from "../../../postgres/scram";
import { secret } from "../../../toolchain/closed-network/plugins/values";
import { setUpEach } from "../../support/fixture";
import { PostgresqlPlugin, uniqueName } from "../../support/postgresql-plugin";

describe("what the postgresql plugin keeps safe", () => {
  let plugin: PostgresqlPlugin;
  setUpEach(async (undo) => {
    plugin = await PostgresqlPlugin.start();
    undo(() => plugin.stop());
  });

  const login = (user: string, password: string, database = "postgres"): Promise<string> => {
    const { host, port } = plugin.server;
    return withClient(connectionUrl({ host, port, database, user, password }), async (client) => {
      const { rows } = await client.query<{ user: string }>("SELECT current_user AS user");
      return rows[0]!.user;
    });
  };

  it("lets a role log in with its password, and with a new one, and then no longer with the old one", async () => {
    const name = uniqueName("role");
    const passwords = ["plain", 'sp\'ecial \\ "$1"', "pässwörd ⅷ ﬁ"];
    let stored = await plugin.create("Role", { name, login: true, password: secret("first") });
    for (const password of passwords) {
      stored = await plugin.update("Role", stored, { name, login: true, password: secret(password) });
      expect(await login(name, password)).to.equal(name);
    }
    expect(await login(name, "first").catch((error: unknown) => String(error))).to.include(
      "authentication failed",
    );
  });

  it("tells the server what it is given: with a verifier, the password is in no log, statistics or session", async () => {
    const database = await plugin.server.createDatabase();
    const seen: unknown[] = [];
    let watching = true;
    const watch = withClient(plugin.server.adminUrl, async (client) => {
      while (watching) {
        seen.push((await client.query("SELECT query FROM pg_stat_activity WHERE query LIKE '%ROLE%'")).rows);
        await delay(20);
      }
    });
    await plugin.sql("ALTER ROLE postgres SET log_min_duration_statement = '1s'");
    try {
      const name = uniqueName("role");
      const passwords = ["Password-In-Create", "Password-In-Update", "Password-Refused"];
      const [first, second, third] = await Promise.all(
        passwords.map(async (text) => ({ name, login: true, password: secret(await scramVerifier(text)) })),
      );
      const stored = await plugin.create("Role", first!);
      expect(await login(name, passwords[0]!)).to.equal(name);
      await withClient(plugin.server.adminUrl, async (client) => {
        await client.query("BEGIN; LOCK TABLE pg_authid IN SHARE ROW EXCLUSIVE MODE");
        const slow = plugin.update("Role", stored, second!);
        await delay(1_500);
        await client.query("COMMIT");
        await slow;
      });
      expect(await login(name, passwords[1]!)).to.equal(name);
      await plugin.create("Role", third!).catch(() => undefined);
      watching = false;
      await watch;

      const statements = await plugin.sql(
        `SELECT query FROM pg_stat_statements WHERE query LIKE '%${name}%'`,
        database.name,
      );
      const log = readFileSync(join(plugin.server.dataDirectory, "postgresql.log"), "utf8");
      expect(log).to.match(new RegExp(`duration: .*ALTER ROLE "${name}".*SCRAM-SHA-256`));
      for (const text of [JSON.stringify(statements), JSON.stringify(seen), log]) {
        expect(text).to.include(name).and.include("SCRAM-SHA-256$");
        for (const password of passwords) expect(text).not.to.include(password);
      }
    } finally {
      watching = false;
      await watch;
      await plugin.sql("ALTER ROLE postgres RESET log_min_duration_statement");
      await database.drop();
    }
  });

  it("keeps passwords secret in all that it returns", async () => {
    const name = uniqueName("role");
    const stored = await plugin.create("Role", { name, password: secret("a password") });
    for (const found of [stored, (await plugin.read("Role", stored))!]) {
      expect(found.inputs.password).to.deep.equal(secret("a password"));
      expect(found.outputs.password).to.deep.equal(secret("a password"));
    }
    const plain = await plugin.create("Role", { name: uniqueName("role"), password: "not marked" });
    expect(plain.outputs.password).to.deep.equal(secret("not marked"));
  });

  it("creates roles, databases and grants on one object all at once", async () => {
    const names = Array.from({ length: 6 }, () => uniqueName("many"));
    await Promise.all(names.map((name) => plugin.create("Role", { name, login: true })));
    await Promise.all(names.slice(0, 3).map((name) => plugin.create("Database", { name, owner: name })));
    const database = names[0]!;
    const objects = [
      { objectType: "database", privileges: ["CONNECT"] },
      { objectType: "schema", schema: "public", privileges: ["USAGE"] },
    ];
    await Promise.all(
      names.flatMap((role) => [
        ...objects.map((object) => plugin.create("Grant", { role, database, ...object })),
        plugin.create("DefaultPrivileges", {
          role,
          database,
          schema: "public",
          owner: database,
          objectType: "table",
          privileges: ["SELECT"],
        }),
      ]),
    );
    const [grants] = await plugin.sql(
      `SELECT count(*)::int AS count FROM pg_database, aclexplode(datacl) acl
        WHERE datname = '${database}' AND privilege_type = 'CONNECT'
          AND pg_get_userbyid(grantee) = ANY ('{${names.join(",")}}')`,
    );
    expect(grants).to.deep.equal({ count: names.length });
  });

  it("shares one object with other stacks that grant on it at the same time", async () => {
    const database = uniqueName("shared");
    const roles = Array.from({ length: 6 }, () => uniqueName("role"));
    await plugin.create("Database", { name: database });
    for (const name of roles) await plugin.create("Role", { name });
    const byHand = roles.map((role) =>
      plugin.sql(`GRANT TEMPORARY ON DATABASE ${database} TO ${role}`).catch(() => undefined),
    );
    const grants = roles.map((role) =>
      plugin.create("Grant", { role, database, objectType: "database", privileges: ["CONNECT"] }),
    );
    await Promise.all([...byHand, ...grants]);
  });

  it("gives a deleted role's objects back before it drops the role", async () => {
    const name = uniqueName("role");
    const stored = await plugin.create("Role", { name });
    await plugin.sql(`CREATE SCHEMA ${name} AUTHORIZATION ${name}`);
    try {
      await plugin.delete("Role", stored);
      const [schema] = await plugin.sql(
        `SELECT nspowner::regrole::text AS owner FROM pg_namespace WHERE nspname = '${name}'`,
      );
      expect(schema).to.deep.equal({ owner: "postgres" });
    } finally {
      await plugin.sql(`DROP SCHEMA ${name}`);
    }
  });

  it("keeps a role, or its objects, when it is told to", async () => {
    const name = uniqueName("role");
    const kept = await plugin.create("Role", { name, skipDropRole: true, skipReassignOwned: true });
    await plugin.delete("Role", kept);
    const found = await plugin.read("Role", kept);
    expect(found?.id).to.equal(name);
    await plugin.sql(`DROP ROLE ${name}`);
  });

  it("drops a database that others are still connected to", async () => {
    const name = uniqueName("busy");
    const stored = await plugin.create("Database", { name });
    const url = plugin.server.adminUrl.replace(/\/postgres$/, `/${name}`);
    await withClient(url, async () => {
      await plugin.delete("Database", stored);
    });
    expect(await plugin.read("Database", stored)).to.be.undefined;
  });

  it("revokes what it granted, and no more", async () => {
    const role = uniqueName("role");
    const database = uniqueName("db");
    await plugin.create("Role", { name: role });
    await plugin.create("Database", { name: database });
    await plugin.sql(`CREATE TABLE rows (id int); GRANT USAGE ON SCHEMA public TO ${role}`, database);
    const inSchema = { role, database, schema: "public", objectType: "table", privileges: ["SELECT"] };
    const grant = await plugin.create("Grant", inSchema);
    const defaults = await plugin.create("DefaultPrivileges", { ...inSchema, owner: "postgres" });
    await plugin.delete("Grant", grant);
    await plugin.delete("DefaultPrivileges", defaults);
    const [left] = await plugin.sql(
      `SELECT has_table_privilege('${role}', 'rows', 'SELECT') AS "table",
              has_schema_privilege('${role}', 'public', 'USAGE') AS "schema",
              (SELECT count(*)::int FROM pg_default_acl) AS defaults`,
      database,
    );
    expect(left).to.deep.equal({ table: false, schema: true, defaults: 0 });
  });

  it("works for an administrator who is no superuser", async () => {
    const admin = uniqueName("admin");
    await plugin.create("Role", {
      name: admin,
      login: true,
      password: "admin",
      createRole: true,
      createDatabase: true,
    });
    const lesser = await PostgresqlPlugin.start({ username: admin, password: "admin" });
    const owner = uniqueName("owner");
    const role = uniqueName("role");
    const database = uniqueName("db");
    try {
      await lesser.create("Role", { name: owner, login: true, password: "owner" });
      await lesser.create("Role", { name: role, login: true });
      await lesser.create("Database", { name: database, owner });
      // This administrator is neither superuser nor owner, and would be locked out with PUBLIC without this grant.
      await lesser.create("Grant", {
        role: admin,
        database,
        objectType: "database",
        privileges: ["CONNECT"],
      });
      await lesser.create("Grant", { role: "public", database, objectType: "database", privileges: [] });
      await lesser.create("Grant", { role, database, objectType: "database", privileges: ["CONNECT"] });
      await lesser.create("Grant", {
        role,
        database,
        schema: "public",
        objectType: "schema",
        privileges: ["USAGE"],
      });
      await lesser.create("DefaultPrivileges", {
        role,
        database,
        schema: "public",
        owner,
        objectType: "table",
        privileges: ["SELECT"],
      });
      const [granted] = await plugin.sql(
        `SELECT has_database_privilege('${role}', '${database}', 'CONNECT') AS database,
                has_schema_privilege('${role}', 'public', 'USAGE') AS schema`,
        database,
      );
      expect(granted).to.deep.equal({ database: true, schema: true });
    } finally {
      await lesser.stop();
    }
    const left = await plugin.sql(`SELECT rolname FROM pg_roles WHERE rolname IN ('${owner}', '${role}')`);
    expect(left).to.deep.equal([]);
  });
});
