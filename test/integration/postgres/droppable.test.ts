import { expect } from "chai";
import { quoteIdentifier, withClient } from "../../../postgres/connection";
import { assertDroppable, type OwnNames } from "../../../postgres/existing/droppable";
import { existingServer } from "../../../runtime/tasks/existing-server";
import { protection } from "../../../runtime/tasks/protection";
import { setUp, setUpEach } from "../../support/fixture";
import { failureOf } from "../../support/rejection";
import { startTestServer, type TestDatabase, type TestServer } from "../../support/server";

describe("the removal of a stack from an existing server", () => {
  let server: TestServer;
  let database: TestDatabase;
  let other: TestDatabase;
  let own: OwnNames;

  setUp(async () => {
    server = await startTestServer();
  });
  setUpEach(async (undo) => {
    database = await server.createDatabase();
    undo(() => database.drop());
    other = await server.createDatabase({ migrated: false });
    undo(() => other.drop());
    const [row] = await sql<{ id: string }>(
      server.adminUrl,
      "SELECT system_identifier::text AS id FROM pg_control_system()",
    );
    own = {
      systemIdentifier: row!.id,
      database: database.name,
      roles: [database.ownerRole, database.appRole],
    };
  });

  const sql = <Row extends object>(url: string, text: string): Promise<Row[]> =>
    withClient(url, async (client) => (await client.query<Row>(text)).rows);
  const leave = (): Promise<void> => assertDroppable(server.adminUrl, own);

  it("may go when nothing but its own database holds its roles", async () => {
    await leave();
  });

  it("is told each object that a role owns, or has rights on, in another database", async () => {
    const role = quoteIdentifier(database.appRole);
    await sql(
      other.adminUrl,
      `CREATE TABLE public.notes (); ALTER TABLE public.notes OWNER TO ${role};
       CREATE SCHEMA drafts; GRANT USAGE ON SCHEMA drafts TO ${role};
       CREATE TABLE drafts.letters (); ALTER TABLE drafts.letters ENABLE ROW LEVEL SECURITY;
       CREATE POLICY readers ON drafts.letters TO ${quoteIdentifier(database.ownerRole)}`,
    );
    const { problem, remedy } = await failureOf(leave());
    const where = `in database "${other.name}"`;
    expect(problem.split("\n")).to.deep.equal([
      `The stack cannot be removed from the server ${server.host}:${server.port}, and nothing was deleted:`,
      `  - role "${database.appRole}" owns table public.notes ${where}`,
      `  - role "${database.appRole}" has rights on schema drafts ${where}`,
      `  - role "${database.ownerRole}" is named by policy readers on table drafts.letters ${where}`,
    ]);
    // The advised statements work.
    const statements = [...remedy!.matchAll(/`(REASSIGN [^`]+)`/g)].map(([, statement]) => statement!);
    expect(statements).to.have.length(2);
    for (const statement of statements) await sql(other.adminUrl, statement);
    await leave();
  });

  it("is refused because of a database to which nobody may connect", async () => {
    await sql(other.adminUrl, `CREATE TABLE notes (); GRANT SELECT ON notes TO ${database.appRole}`);
    await sql(server.adminUrl, `ALTER DATABASE ${other.name} ALLOW_CONNECTIONS false`);
    const { problem } = await failureOf(leave());
    expect(problem).to.include(
      `role "${database.appRole}" has rights on an object of pg_class in database "${other.name}"`,
    );
  });

  it("is refused because of uses of its database that ending sessions does not end", async () => {
    await sql(
      database.adminUrl,
      `CREATE SUBSCRIPTION ${database.name}_copy CONNECTION '' PUBLICATION chat
         WITH (connect = false, slot_name = NONE)`,
    );
    try {
      const { problem, remedy } = await failureOf(leave());
      expect(problem).to.include(
        `database "${database.name}" is used by the subscription "${database.name}_copy"`,
      );
      expect(remedy).to.include("Drop the replication slot or subscription");
    } finally {
      await sql(database.adminUrl, `DROP SUBSCRIPTION ${database.name}_copy`);
    }
  });

  it("is refused before anything is deleted, by the first resource that a destroy asks", async () => {
    await sql(other.adminUrl, `GRANT CREATE ON SCHEMA public TO ${database.ownerRole}`);
    const state = { stack: "dev", protect: false, target: "existing", own, adminUrl: server.adminUrl };
    const { problem } = await failureOf(protection.delete!(state, () => undefined));
    expect(problem).to.include(`role "${database.ownerRole}" has rights on schema public`);
  });

  describe("of which another one has taken the place", () => {
    const anotherServer = /is not the server on which the stack was created\. Nothing on it was changed/;

    setUpEach(() => {
      own.systemIdentifier = "1";
    });

    it("is not deleted from there", async () => {
      expect((await failureOf(leave())).problem).to.match(anotherServer);
    });

    it("is told so by refresh and by preview", async () => {
      const state = { adminUrl: server.adminUrl, systemIdentifier: "1" } as Parameters<
        NonNullable<typeof existingServer.read>
      >[0];
      const looks = [() => existingServer.read!(state, () => undefined), () => existingServer.stale!(state)];
      for (const look of looks) {
        const { problem, remedy } = await failureOf(look());
        expect(problem).to.match(anotherServer);
        expect(remedy).to.include("pulumi stack rm <stack> --force");
      }
    });

    it("is not checked by a preview when the server does not answer", async () => {
      const state = { adminUrl: "postgresql://nobody:x@127.0.0.1:1/postgres", systemIdentifier: "1" };
      expect(await existingServer.stale!(state as never)).to.equal(false);
    });
  });
});
