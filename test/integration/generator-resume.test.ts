import { spawn } from "node:child_process";
import { once } from "node:events";
import { resolve } from "node:path";
import { createInterface } from "node:readline";
import { expect } from "chai";
import type { QueryResultRow } from "pg";
import { clearDataset, loadDataset, readDataset, type DatasetState } from "../../generator/load";
import type { DatasetSpec } from "../../generator/spec";
import { withClient } from "../../postgres/connection";
import { setUp, setUpEach } from "../support/fixture";
import { failureOf } from "../support/rejection";
import { startTestServer, type TestDatabase } from "../support/server";

const spec: DatasetSpec = {
  messages: 20_000,
  users: 300,
  conversations: 200,
  seed: "resume",
  alpha: 1.8,
  windowDays: 90,
  windowEnd: "2025-10-01T00:00:00Z",
};
const silent = (): void => undefined;
const root = resolve(__dirname, "../..");

async function query<Row extends QueryResultRow>(url: string, sql: string): Promise<Row[]> {
  return withClient(url, async (client) => (await client.query<Row>(sql)).rows);
}

async function schemaOf(url: string): Promise<string> {
  const rows = await query<{ line: string }>(
    url,
    `SELECT conname || pg_get_constraintdef(oid) AS line FROM pg_constraint WHERE connamespace = 'public'::regnamespace
     UNION ALL SELECT indexdef FROM pg_indexes WHERE schemaname = 'public' ORDER BY 1`,
  );
  return rows.map(({ line }) => line).join("\n");
}

describe("loading", () => {
  let database: TestDatabase;
  let whole: DatasetState;
  let schema: string;

  setUp(async (undo) => {
    const server = await startTestServer();
    database = await server.createDatabase();
    undo(() => database.drop());
    schema = await schemaOf(database.ownerUrl);
    whole = await loadDataset(database.ownerUrl, spec, silent, { shards: 1 });
  });
  setUpEach(() => clearDataset(database.ownerUrl, silent));

  async function expectWhole(state: DatasetState): Promise<void> {
    expect(state.fingerprint).to.deep.equal(whole.fingerprint);
    expect(state.counts).to.deep.equal(whole.counts);
    expect(await schemaOf(database.ownerUrl)).to.equal(schema);
  }

  for (const shards of [3, 8, 64]) {
    it(`gives the same rows from ${shards} shards as from one`, async () => {
      await expectWhole(await loadDataset(database.ownerUrl, spec, silent, { shards }));
    });
  }

  it("gives other rows for another seed", async () => {
    const other = await loadDataset(database.ownerUrl, { ...spec, seed: "other" }, silent);
    for (const table of Object.keys(whole.fingerprint) as (keyof DatasetState["fingerprint"])[]) {
      expect(other.fingerprint[table], table).to.not.equal(whole.fingerprint[table]);
    }
  });

  it("takes the smallest dataset there is", async () => {
    const least = { ...spec, messages: 1, users: 2, conversations: 1 };
    const { counts } = await loadDataset(database.ownerUrl, least, silent);
    expect(counts).to.include({ users: 2, conversations: 1, conversation_users: 2, messages: 1 });
  });

  it("resumes after being stopped inside a shard", async () => {
    // The session ends itself in the middle of COPY, at the first message of August 15. The load tries check constraints
    // before it has a ledger.
    await query(
      database.ownerUrl,
      `CREATE FUNCTION stop(at timestamp) RETURNS boolean LANGUAGE plpgsql AS
         $$ BEGIN IF at >= '2025-08-15' AND to_regclass('chat_perf.load') IS NOT NULL THEN
           PERFORM pg_terminate_backend(pg_backend_pid()); END IF; RETURN true; END $$;
       ALTER TABLE messages ADD CONSTRAINT stop CHECK (stop("createdAt"))`,
    );
    try {
      const error = await failureOf(loadDataset(database.ownerUrl, spec, silent, { shards: 8 }));
      expect(error.message).to.include("The load was interrupted");
    } finally {
      await query(database.ownerUrl, "ALTER TABLE messages DROP CONSTRAINT stop; DROP FUNCTION stop");
    }
    expect(await schemaOf(database.ownerUrl)).to.equal(schema);
    const lines: string[] = [];
    await expectWhole(await loadDataset(database.ownerUrl, spec, (line) => lines.push(line)));
    expect(lines[0]).to.match(/^resuming: [1-7] of 8 shards present$/);
  });

  it("resumes after being stopped between two indexes", async () => {
    await query(
      database.adminUrl,
      `CREATE FUNCTION stop() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN
         IF EXISTS (SELECT 1 FROM pg_event_trigger_ddl_commands() WHERE object_identity LIKE '%senderId_idx%')
         THEN PERFORM pg_terminate_backend(pg_backend_pid()); END IF; END $$;
       CREATE EVENT TRIGGER stop ON ddl_command_end EXECUTE FUNCTION stop()`,
    );
    try {
      await failureOf(loadDataset(database.ownerUrl, spec, silent));
    } finally {
      await query(database.adminUrl, "DROP EVENT TRIGGER stop; DROP FUNCTION stop()");
    }
    expect(await schemaOf(database.ownerUrl)).to.not.equal(schema);
    await expectWhole(await loadDataset(database.ownerUrl, spec, silent));
  });

  it("resumes after its process was killed", async () => {
    const { messages, users, conversations, seed } = spec;
    const sizes = Object.entries({ messages, users, conversations, seed }).map(
      ([key, value]) => `--${key}=${value}`,
    );
    const child = spawn(
      process.execPath,
      [
        "--require",
        "./runtime/preload.cjs",
        "cli/generate.ts",
        `--database-url=${database.ownerUrl}`,
        ...sizes,
      ],
      { cwd: root, stdio: ["ignore", "pipe", "inherit"] },
    );
    const ended = once(child, "exit");
    for await (const line of createInterface(child.stdout)) if (line.startsWith("conversations:")) break;
    child.kill("SIGKILL");
    await ended;
    await expectWhole(await loadDataset(database.ownerUrl, spec, silent));
  });

  it("waits for another load of the same database instead of mixing with it", async () => {
    const both = [1, 2].map(() => loadDataset(database.ownerUrl, spec, silent, { shards: 4 }));
    for (const state of await Promise.all(both)) await expectWhole(state);
  });

  it("refuses tables with other rows, and leaves them", async () => {
    await query(
      database.appUrl,
      `INSERT INTO users (id, email, username, "updatedAt") VALUES ('x', 'syn_x@example.com', 'syn_x', now())`,
    );
    try {
      const error = await failureOf(loadDataset(database.ownerUrl, spec, silent));
      expect(error.message).to.include("users has 1 rows, of which the ledger knows 0");
      expect((await failureOf(clearDataset(database.ownerUrl, silent))).message).to.include(
        "users has 1 rows",
      );
      expect(await readDataset(database.ownerUrl)).to.equal(undefined);
      expect(await query(database.ownerUrl, "SELECT id FROM users")).to.deep.equal([{ id: "x" }]);
      expect(await schemaOf(database.ownerUrl)).to.equal(schema);
    } finally {
      await query(database.ownerUrl, "DELETE FROM users");
    }
  });

  it("refuses an impossible spec with every reason, before connecting", async () => {
    const error = await failureOf(
      loadDataset("postgresql://nowhere/", { ...spec, alpha: 1, users: 1 }, silent),
    );
    expect(error.message).to.include("alpha must").and.to.include("users must");
  });

  it("says so when the chat schema is not there", async () => {
    await query(database.ownerUrl, "ALTER TABLE messages RENAME TO elsewhere");
    try {
      const error = await failureOf(loadDataset(database.ownerUrl, spec, silent));
      expect(error.message).to.include("messages does not exist");
    } finally {
      await query(database.ownerUrl, "ALTER TABLE elsewhere RENAME TO messages");
    }
  });

  it("leaves nothing after clearing", async () => {
    await loadDataset(database.ownerUrl, spec, silent);
    await clearDataset(database.ownerUrl, silent);
    expect(await readDataset(database.ownerUrl)).to.equal(undefined);
    expect(await query(database.ownerUrl, "SELECT 1 FROM messages LIMIT 1")).to.deep.equal([]);
    expect(
      await query(database.ownerUrl, "SELECT 1 FROM pg_namespace WHERE nspname = 'chat_perf'"),
    ).to.deep.equal([]);
    expect(await schemaOf(database.ownerUrl)).to.equal(schema);
  });
});
