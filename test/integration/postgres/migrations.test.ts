import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { expect } from "chai";
import { quoteLiteral, withAdvisoryLock, withClient } from "../../../postgres/connection";
import { applyMigrations, type Migration, readMigrations } from "../../../postgres/migrations";
import { setUp, setUpEach } from "../../support/fixture";
import { history, query, structure } from "../../support/migrated-database";
import { migrationList, withPrismaEngine } from "../../support/prisma-engine";
import { startTestServer, type TestDatabase, type TestServer } from "../../support/server";

const prisma = resolve(__dirname, "../../../prisma");
const chat = readMigrations(join(prisma, "migrations"));
const filters = { externalTables: [], externalEnums: [] };
const silent = (): void => undefined;

function migration(name: string, sql: string): Migration {
  return { name, sql, checksum: createHash("sha256").update(sql).digest("hex") };
}

describe("migrations", () => {
  let server: TestServer;
  const databases: TestDatabase[] = [];

  setUp(async () => {
    server = await startTestServer();
  });

  setUpEach((undo) => {
    undo(async () => {
      for (const database of databases.splice(0)) await database.drop();
    });
  });

  async function emptyDatabase(): Promise<TestDatabase> {
    const database = await server.createDatabase({ migrated: false });
    databases.push(database);
    return database;
  }

  const apply = (
    database: TestDatabase,
    migrations: readonly Migration[],
    log: (line: string) => void = silent,
  ) => applyMigrations(database.ownerUrl, migrations, { applicationRole: database.appRole }, log);

  /** Applies the migrations with Prisma's engine. */
  const applyByPrisma = (database: TestDatabase, migrations: readonly Migration[]): Promise<string[]> =>
    withPrismaEngine(database.ownerUrl, async (engine) => {
      const migrationsList = migrationList(migrations);
      return (await engine.applyMigrations({ migrationsList, filters })).appliedMigrationNames;
    });

  describe("together with Prisma's engine", () => {
    it("the chat schema's first migration is what the engine writes for schema.prisma, but for a partial index", async () => {
      const content = readFileSync(join(prisma, "schema.prisma"), "utf8");
      const { stdout } = await withPrismaEngine(server.adminUrl, (engine) =>
        engine.diff({
          from: { tag: "empty" },
          to: { tag: "schemaDatamodel", files: [{ path: "schema.prisma", content }] },
          script: true,
          exitCode: null,
          filters,
        }),
      );
      const partial = /-- CreateIndex: partial.*\n.*"messages_replyToId_idx".*\n\n/;
      expect(chat[0]!.sql).to.match(partial);
      // For an empty server, the engine also creates the schema `public`.
      const written = stdout?.replace(/^-- CreateSchema\n.*\n\n/, "").trim();
      expect(chat[0]!.sql.replace(partial, "").trim()).to.equal(written);
    });

    it("leaves the same tables and the same history", async () => {
      const [ours, prismas] = [await emptyDatabase(), await emptyDatabase()];
      const { applied } = await apply(ours, chat);
      expect(await applyByPrisma(prismas, chat)).to.deep.equal(applied);
      expect(await history(ours)).to.deep.equal(await history(prismas));
      expect(await structure(ours)).to.deep.equal(await structure(prismas));
    });

    it("leaves nothing for the engine to do", async () => {
      const database = await emptyDatabase();
      await apply(database, chat);
      expect(await applyByPrisma(database, chat)).to.deep.equal([]);
      const migrationsList = migrationList(chat);
      const diagnosis = await withPrismaEngine(database.ownerUrl, (engine) =>
        engine.diagnoseMigrationHistory({ migrationsList, optInToShadowDatabase: false, filters }),
      );
      expect(diagnosis).to.deep.include({
        hasMigrationsTable: true,
        history: null,
        editedMigrationNames: [],
      });
    });

    it("finds nothing to do after the engine", async () => {
      const database = await emptyDatabase();
      await applyByPrisma(database, chat);
      expect((await apply(database, chat)).applied).to.deep.equal([]);
    });

    it("takes turns with the engine", async () => {
      const note = migration("20250102000000_note", "CREATE TABLE note (id text PRIMARY KEY)");
      const tag = migration("20250103000000_tag", "CREATE TABLE tag (id text PRIMARY KEY)");
      const database = await emptyDatabase();
      expect(await applyByPrisma(database, chat)).to.have.lengthOf(chat.length);
      expect((await apply(database, [...chat, note])).applied).to.deep.equal([note.name]);
      expect(await applyByPrisma(database, [...chat, note, tag])).to.deep.equal([tag.name]);
    });

    it("stops at a failed migration of Prisma's engine, which also stops at a failed migration of this program", async () => {
      const bad = [migration("20250102000000_bad", "CREATE TABLE note (id nonsense)")];
      const [ours, prismas] = [await emptyDatabase(), await emptyDatabase()];
      await rejection(apply(ours, bad));
      expect(await rejection(applyByPrisma(ours, bad))).to.match(/P3009/);
      await rejection(applyByPrisma(prismas, bad));
      expect(await rejection(apply(prismas, bad))).to.match(/20250102000000_bad failed before.*\(P3009\)/);
    });
  });

  it("gives the tables, sorted, without Prisma's own", async () => {
    const { tables } = await apply(await emptyDatabase(), chat);
    expect(tables).to.deep.equal([
      "attachments",
      "conversation_users",
      "conversations",
      "message_reads",
      "messages",
      "users",
    ]);
  });

  it("keeps the application role away from Prisma's history", async () => {
    const database = await emptyDatabase();
    await apply(database, chat);
    expect(await rejection(query(database.appUrl, "SELECT * FROM _prisma_migrations"))).to.match(
      /permission denied/,
    );
    expect(await query(database.appUrl, "SELECT * FROM messages")).to.deep.equal([]);
  });

  it("refuses a schema that has tables but no history", async () => {
    const database = await emptyDatabase();
    await query(database.ownerUrl, "CREATE TABLE legacy (id int)");
    expect(await rejection(apply(database, chat))).to.match(
      /has tables \(legacy\) but no migration history \(P3005\)/,
    );
  });

  it("records a failed migration with its error and line, and undoes all of it", async () => {
    const database = await emptyDatabase();
    const bad = migration(
      "20250101000000_bad",
      "CREATE TABLE note (id text);\n\nINSERT INTO nowhere VALUES (1);",
    );
    expect(await rejection(apply(database, [bad]))).to.match(
      /20250101000000_bad failed \(P3018\): relation "nowhere" does not exist \(42P01, line 3\)/,
    );
    expect(await query(database.ownerUrl, "SELECT to_regclass('note') AS note")).to.deep.equal([
      { note: null },
    ]);
    expect((await history(database))[0]).to.include({ finished: null, applied_steps_count: 0 });
    expect(await rejection(apply(database, [bad]))).to.match(/P3009.*\n.*nowhere/);
  });

  it("continues after a failed migration was marked as rolled back", async () => {
    const database = await emptyDatabase();
    await rejection(apply(database, [migration("1_note", "CREATE TABLE note (id nonsense)")]));
    await withPrismaEngine(database.ownerUrl, (engine) =>
      engine.markMigrationRolledBack({ migrationName: "1_note" }),
    );
    const { applied } = await apply(database, [migration("1_note", "CREATE TABLE note (id text)")]);
    expect(applied).to.deep.equal(["1_note"]);
  });

  it("applies a migration again that was killed", async () => {
    const database = await emptyDatabase();
    const slow = migration("1_slow", "CREATE TABLE note (id text); SELECT pg_sleep(600);");
    const killed = rejection(apply(database, [slow]));
    const sleeping = `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE wait_event = 'PgSleep' AND datname = '${database.name}'`;
    while ((await query(database.adminUrl, sleeping)).length === 0);
    await killed;
    // The same name, as after a kill of the program, without the wait.
    const quick = migration("1_slow", "CREATE TABLE note (id text);");
    await query(
      database.ownerUrl,
      `UPDATE _prisma_migrations SET logs = NULL, checksum = ${quoteLiteral(quick.checksum)}`,
    );
    expect((await apply(database, [quick])).applied).to.deep.equal(["1_slow"]);
    expect((await history(database)).map((row) => row.rolled_back)).to.deep.equal([true, false]);
  });

  it("warns of a migration that was edited after it had been applied", async () => {
    const database = await emptyDatabase();
    await apply(database, [migration("1_note", "CREATE TABLE note (id text)")]);
    const lines: string[] = [];
    const edited = migration("1_note", "CREATE TABLE note (id int)");
    expect((await apply(database, [edited], (line) => lines.push(line))).applied).to.deep.equal([]);
    expect(lines)
      .to.have.lengthOf(1)
      .and.match(/1_note was edited/);
  });

  it("runs scripts whole, as one query, whatever they contain", async () => {
    const database = await emptyDatabase();
    const { applied } = await apply(database, [
      migration(
        "1_function",
        "CREATE FUNCTION f() RETURNS int LANGUAGE plpgsql AS $$ BEGIN RETURN 1; END $$; SELECT f(); -- end",
      ),
      migration("2_own_transaction", "BEGIN; CREATE TABLE note (id text); COMMIT;"),
      migration("3_concurrently", "CREATE INDEX CONCURRENTLY note_id_idx ON note (id)"),
    ]);
    expect(applied).to.have.lengthOf(3);
  });

  it("waits for another program that migrates", async () => {
    const database = await emptyDatabase();
    const order: string[] = [];
    const applied = await withClient(database.ownerUrl, async (client) => {
      let waiting: Promise<unknown> = Promise.resolve();
      await withAdvisoryLock(client, 72_707_369, async () => {
        waiting = apply(database, chat).then(() => order.push("ours"));
        const blocked = `SELECT FROM pg_locks WHERE locktype = 'advisory' AND NOT granted`;
        while ((await query(database.adminUrl, blocked)).length === 0);
        order.push("theirs");
      });
      return waiting;
    });
    expect(applied).to.equal(2);
    expect(order).to.deep.equal(["theirs", "ours"]);
  });
});

async function rejection(promise: Promise<unknown>): Promise<string> {
  return promise.then(
    () => expect.fail("was expected to fail"),
    (error: unknown) =>
      error instanceof Error ? `${error.message} ${JSON.stringify(error)}` : String(error),
  );
}
