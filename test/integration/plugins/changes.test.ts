import { expect } from "chai";
import { secret, UNKNOWN, type Properties } from "../../../toolchain/closed-network/plugins/values";
import { setUpEach } from "../../support/fixture";
import { PostgresqlPlugin, uniqueName } from "../../support/postgresql-plugin";
import type { StoredResource } from "../../support/plugin";

const TABLE_PRIVILEGES = ["DELETE", "INSERT", "SELECT", "UPDATE"];

describe("the postgresql plugin, when the program changes", () => {
  let plugin: PostgresqlPlugin;
  let inputs: Record<"role" | "database" | "connect" | "defaults" | "extension", Properties>;
  let stored: Record<keyof typeof inputs, StoredResource>;

  setUpEach(async (undo) => {
    plugin = await PostgresqlPlugin.start();
    undo(() => plugin.stop());
    const role = uniqueName("role");
    const database = uniqueName("db");
    inputs = {
      role: {
        name: role,
        login: true,
        password: secret("first"),
        connectionLimit: 50,
        statementTimeout: 60_000,
        searchPaths: ["public", "app"],
      },
      database: { name: database, encoding: "UTF8", lcCollate: "C", lcCtype: "C", template: "template0" },
      connect: { role, database, objectType: "database", privileges: ["TEMPORARY", "CONNECT"] },
      defaults: {
        role,
        database,
        schema: "public",
        owner: "postgres",
        objectType: "table",
        privileges: TABLE_PRIVILEGES,
      },
      extension: { name: "pg_trgm", database },
    };
    stored = {
      role: await plugin.create("Role", inputs.role),
      database: await plugin.create("Database", inputs.database),
      connect: await plugin.create("Grant", inputs.connect),
      defaults: await plugin.create("DefaultPrivileges", inputs.defaults),
      extension: await plugin.create("Extension", inputs.extension),
    };
  });

  const types = {
    role: "Role",
    database: "Database",
    connect: "Grant",
    defaults: "DefaultPrivileges",
    extension: "Extension",
  } as const;

  const table: [
    what: keyof typeof types,
    change: string,
    given: Properties,
    changes: Record<string, string>,
  ][] = [
    ["role", "nothing", {}, {}],
    ["role", "connection limit", { connectionLimit: 20 }, { connectionLimit: "update" }],
    ["role", "statement timeout removed", { statementTimeout: undefined }, { statementTimeout: "delete" }],
    ["role", "connection limit removed", { connectionLimit: undefined }, { connectionLimit: "update" }],
    ["role", "another name", { name: "renamed" }, { name: "update" }],
    ["role", "a password still to be made", { password: UNKNOWN }, { password: "update" }],
    ["role", "a search path removed", { searchPaths: ["public"] }, { "searchPaths[1]": "delete" }],
    ["role", "an attribute added", { createDatabase: true }, { createDatabase: "update" }],
    ["role", "a default written down", { roles: [], superuser: false, validUntil: "infinity" }, {}],
    ["database", "nothing", {}, {}],
    ["database", "another name", { name: "renamed" }, { name: "update" }],
    ["database", "encoding", { encoding: "SQL_ASCII" }, { encoding: "update-replace" }],
    ["database", "collation", { lcCollate: "POSIX" }, { lcCollate: "update-replace" }],
    ["database", "connection limit", { connectionLimit: 9 }, { connectionLimit: "update" }],
    ["database", "an owner given", { owner: "somebody" }, { owner: "update" }],
    ["connect", "the same in another order", { privileges: ["CONNECT", "TEMPORARY"] }, {}],
    ["connect", "privileges reduced", { privileges: ["CONNECT"] }, { "privileges[1]": "delete" }],
    [
      "connect",
      "a privilege added",
      { privileges: ["CREATE", "CONNECT", "TEMPORARY"] },
      { "privileges[1]": "add" },
    ],
    [
      "connect",
      "a privilege exchanged",
      { privileges: ["CREATE", "TEMPORARY"] },
      { "privileges[0]": "update" },
    ],
    ["connect", "all privileges taken", { privileges: [] }, { privileges: "delete" }],
    ["connect", "another role", { role: "other" }, { role: "update-replace" }],
    ["connect", "another database", { database: "other" }, { database: "update-replace" }],
    [
      "defaults",
      "privileges reduced",
      { privileges: ["SELECT"] },
      { "privileges[0]": "delete", "privileges[1]": "delete", "privileges[3]": "delete" },
    ],
    ["defaults", "another role", { role: "other" }, { role: "update-replace" }],
    ["defaults", "another owner", { owner: "other" }, { owner: "update-replace" }],
    ["extension", "nothing", {}, {}],
    ["extension", "another database", { database: "other" }, { database: "update-replace" }],
    ["extension", "a schema given", { schema: "other" }, { schema: "update" }],
  ];

  it("plans what the official plugin plans", async () => {
    for (const [what, change, given, expected] of table) {
      const difference = await plugin.diff(types[what], stored[what], { ...inputs[what], ...given });
      const replaces = Object.keys(expected).filter((path) => expected[path]!.endsWith("replace"));
      expect(difference, `${what}: ${change}`).to.deep.equal({
        changes: expected,
        replaces,
        deleteBeforeReplace: replaces.length > 0,
      });
    }
  });

  it("updates in place as planned, with an empty plan and no drift afterwards", async () => {
    const name = uniqueName("renamed");
    const changed: [what: keyof typeof types, given: Properties][] = [
      ["connect", { privileges: ["CONNECT"] }],
      ["defaults", { privileges: ["SELECT"] }],
      ["role", { name, statementTimeout: undefined, searchPaths: ["app"], createDatabase: true }],
      ["role", { name, connectionLimit: 3, inherit: false, roles: ["pg_monitor"], statementTimeout: 5 }],
      ["role", { name, login: false, searchPaths: undefined, idleInTransactionSessionTimeout: 60_000 }],
      ["database", { name: `${name}_db`, connectionLimit: 9, isTemplate: true, owner: name }],
    ];
    for (const [what, given] of changed) {
      const wanted = { ...inputs[what], ...given };
      stored[what] = await plugin.update(types[what], stored[what], wanted);
      expect((await plugin.diff(types[what], stored[what], wanted)).changes).to.deep.equal({});
      if (what === "connect" || what === "defaults" || given.name !== undefined) {
        const found = await plugin.read(types[what], stored[what]);
        expect(found?.outputs).to.deep.equal(stored[what].outputs);
      }
    }
    const [role] = await plugin.sql(
      `SELECT rolcreatedb, rolconnlimit, rolinherit, rolcanlogin, rolconfig FROM pg_roles WHERE rolname = '${name}'`,
    );
    expect(role).to.deep.equal({
      rolcreatedb: false,
      rolconnlimit: 50,
      rolinherit: true,
      rolcanlogin: false,
      rolconfig: ["statement_timeout=60000", "idle_in_transaction_session_timeout=60000"],
    });
  });

  it("keeps the id of a renamed resource until the next refresh finds it under its new name", async () => {
    const name = uniqueName("renamed");
    const updated = await plugin.update("Role", stored.role, { ...inputs.role, name });
    expect(updated.outputs.id).to.equal(name);
    expect((await plugin.read("Role", updated))?.id).to.equal(name);
  });

  it("changes nothing when a part of the update fails", async () => {
    const wanted = { ...inputs.role, connectionLimit: 1, roles: ["nobody_here"] };
    const error = await plugin.update("Role", stored.role, wanted).catch((reason: unknown) => reason);
    expect(String(error)).to.include('pq: role "nobody_here" does not exist (42704)');
    expect((await plugin.read("Role", stored.role))?.outputs).to.deep.equal(stored.role.outputs);
  });
});
