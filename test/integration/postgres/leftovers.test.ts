import { expect } from "chai";
import { withClient } from "../../../postgres/connection";
import { removeLeftover } from "../../../postgres/leftovers";
import { setUp } from "../../support/fixture";
import { rejection } from "../../support/rejection";
import { startTestServer, type TestDatabase, type TestServer } from "../../support/server";

describe("what a killed run has left on the stack's own server", () => {
  let server: TestServer;
  let database: TestDatabase;
  const said: string[] = [];

  setUp(async (undo) => {
    server = await startTestServer();
    database = await server.createDatabase({ migrated: false });
    undo(() => database.drop());
  });

  const remove = (kind: "role" | "database", name: string): Promise<void> =>
    removeLeftover(server.adminUrl, kind, name, (line) => said.push(line));
  const isThere = (catalogue: string, name: string): Promise<boolean> =>
    withClient(server.adminUrl, async (client) => {
      const column = catalogue === "pg_roles" ? "rolname" : "datname";
      return (await client.query(`SELECT FROM ${catalogue} WHERE ${column} = $1`, [name])).rowCount === 1;
    });

  it("is nothing, as a rule", async () => {
    await remove("role", "nobody_here");
    await remove("database", "nothing_here");
    expect(said).to.deep.equal([]);
  });

  it("is kept where it has something to lose: a database with tables, a role that owns it", async () => {
    await withClient(database.adminUrl, (client) => client.query("CREATE TABLE precious (id int)"));
    for (const [kind, name] of [
      ["database", database.name],
      ["role", database.ownerRole],
    ] as const) {
      expect(await rejection(remove(kind, name)))
        .to.include(name)
        .and.include("pulumi stack import");
    }
    expect(await isThere("pg_database", database.name)).to.equal(true);
  });

  it("goes where it is empty, and the run says so", async () => {
    await withClient(database.adminUrl, (client) => client.query("DROP TABLE precious"));
    await remove("database", database.name);
    expect(await isThere("pg_database", database.name)).to.equal(false);
    await remove("role", database.appRole);
    expect(await isThere("pg_roles", database.appRole)).to.equal(false);
    expect(said.join("\n")).to.include(`The database ${database.name} was left`);
  });
});
