import { expect } from "chai";
import { loadDataset } from "../../generator/load";
import { sortMemoryMb } from "../../generator/sort-memory";
import type { DatasetSpec } from "../../generator/spec";
import { withClient } from "../../postgres/connection";
import { chatSchema } from "../support/chat-schema";
import { setUpEach } from "../support/fixture";
import { failureOf } from "../support/rejection";
import { startTestServer, type TestDatabase } from "../support/server";

const spec: DatasetSpec = {
  messages: 5_000,
  users: 100,
  conversations: 100,
  seed: "schema",
  alpha: 1.8,
  windowDays: 90,
  windowEnd: "2025-10-01T00:00:00Z",
};
const silent = (): void => undefined;

/** Changes that people make to the chat schema. */
const additions: Record<string, string> = {
  "a deferrable unique constraint":
    'ALTER TABLE messages ADD CONSTRAINT added UNIQUE (id, "createdAt") DEFERRABLE INITIALLY DEFERRED',
  "a deferrable one that is checked at once":
    'ALTER TABLE messages ADD CONSTRAINT added UNIQUE (id, "createdAt") DEFERRABLE',
  "a unique constraint that takes nulls for equal":
    'ALTER TABLE messages ADD CONSTRAINT added UNIQUE NULLS NOT DISTINCT (id, "threadId")',
  "a unique constraint with included columns and a fill factor":
    'ALTER TABLE messages ADD CONSTRAINT "Added, too" UNIQUE (id) INCLUDE ("senderId") WITH (fillfactor = 70)',
  "an exclusion constraint": "ALTER TABLE messages ADD CONSTRAINT added EXCLUDE USING hash (id WITH =)",
  "an exclusion constraint upon a B-tree": "ALTER TABLE messages ADD CONSTRAINT added EXCLUDE (id WITH =)",
  "a partial index": `CREATE INDEX added ON messages ("createdAt") WHERE "isDeleted" AND type <> 'TEXT'`,
  "an index upon an expression": "CREATE INDEX added ON messages (lower(left(content, 20)) DESC NULLS LAST)",
  "an index of another kind":
    'CREATE INDEX "Added, too" ON messages USING brin ("createdAt") WITH (pages_per_range = 8)',
  "a foreign key that is not validated":
    'ALTER TABLE messages ADD CONSTRAINT added FOREIGN KEY ("threadId") REFERENCES messages NOT VALID',
  "a foreign key that is not enforced":
    'ALTER TABLE messages ADD CONSTRAINT added FOREIGN KEY ("threadId") REFERENCES messages NOT ENFORCED',
  "a deferrable foreign key":
    'ALTER TABLE messages ADD CONSTRAINT added FOREIGN KEY ("threadId") REFERENCES messages DEFERRABLE INITIALLY DEFERRED',
  "a foreign key of another table":
    "CREATE TABLE stars (id text PRIMARY KEY REFERENCES messages ON DELETE CASCADE)",
  "a table's own autovacuum_enabled": "ALTER TABLE messages SET (autovacuum_enabled = true, fillfactor = 90)",
  "a table's autovacuum_enabled that is off": "ALTER TABLE messages SET (autovacuum_enabled = off)",
};

describe("a load into a schema with additions", () => {
  let database: TestDatabase;

  setUpEach(async (undo) => {
    database = await (await startTestServer()).createDatabase();
    undo(() => database.drop());
  });

  for (const [what, statements] of Object.entries(additions)) {
    it(`gives back ${what}`, async () => {
      const plain = await chatSchema(database.ownerUrl);
      await withClient(database.ownerUrl, (client) => client.query(statements));
      const schema = await chatSchema(database.ownerUrl);
      expect(schema).to.not.deep.equal(plain);
      await loadDataset(database.ownerUrl, spec, silent);
      expect(await chatSchema(database.ownerUrl)).to.deep.equal(schema);
    });
  }

  it("uses its own memory setting for sorting indexes, and the server's for everything else", async () => {
    const seen = await withClient(database.adminUrl, async (client) => {
      await client.query(`
        CREATE SCHEMA watch;
        CREATE TABLE watch.seen (tag text, memory text);
        CREATE FUNCTION watch.note() RETURNS event_trigger SECURITY DEFINER LANGUAGE plpgsql AS $$
          BEGIN INSERT INTO watch.seen VALUES (tg_tag, current_setting('maintenance_work_mem')); END $$;
        CREATE EVENT TRIGGER note ON ddl_command_end WHEN TAG IN ('CREATE INDEX', 'ALTER TABLE')
          EXECUTE FUNCTION watch.note()`);
      await loadDataset(database.ownerUrl, spec, silent);
      return (await client.query<object>("SELECT DISTINCT tag, memory FROM watch.seen ORDER BY tag")).rows;
    });
    expect(seen).to.deep.equal([
      { tag: "ALTER TABLE", memory: "64MB" },
      { tag: "CREATE INDEX", memory: `${sortMemoryMb(spec.messages)}MB` },
    ]);
  });

  it("does without autovacuum while it lasts", async () => {
    const autovacuum = (): Promise<string[]> =>
      withClient(database.ownerUrl, async (client) => {
        const { rows } = await client.query<{ name: string }>(
          `SELECT relname AS name FROM pg_class
           WHERE relnamespace = 'public'::regnamespace AND 'autovacuum_enabled=false' = ANY (reloptions) ORDER BY 1`,
        );
        return rows.map(({ name }) => name);
      });
    // The change of the tables' autovacuum is made when a row arrives.
    await withClient(database.adminUrl, (client) =>
      client.query(
        `CREATE TABLE seen (options text[]);
         CREATE FUNCTION see() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$ BEGIN
           INSERT INTO public.seen SELECT reloptions FROM pg_class WHERE oid = TG_RELID; RETURN NULL; END $$;
         CREATE TRIGGER see BEFORE INSERT ON messages FOR EACH STATEMENT EXECUTE FUNCTION see()`,
      ),
    );
    expect(await autovacuum()).to.deep.equal([]);
    await loadDataset(database.ownerUrl, spec, silent);
    const { rows } = await withClient(database.adminUrl, (client) =>
      client.query<{ options: string[] }>("SELECT options FROM seen"),
    );
    expect(rows).to.deep.equal([{ options: ["autovacuum_enabled=false"] }]);
    expect(await autovacuum()).to.deep.equal([]);
  });

  it("leaves everything as it is when something rests on a key", async () => {
    await withClient(database.ownerUrl, (client) =>
      client.query("CREATE VIEW newest AS SELECT id, content FROM messages GROUP BY id"),
    );
    const schema = await chatSchema(database.ownerUrl);
    const error = await failureOf(loadDataset(database.ownerUrl, spec, silent));
    expect(error.message)
      .to.include("view public.newest depends on constraint messages_pkey")
      .and.include("Drop that");
    expect(await chatSchema(database.ownerUrl)).to.deep.equal(schema);
  });
});
