import { expect } from "chai";
import type { Client, QueryResultRow } from "pg";
import { loadDataset, readDataset, type DatasetState } from "../../generator/load";
import type { DatasetSpec } from "../../generator/spec";
import { withClient } from "../../postgres/connection";
import { setUp } from "../support/fixture";
import { failureOf } from "../support/rejection";
import { startTestServer, type TestDatabase } from "../support/server";

const spec: DatasetSpec = {
  messages: 50_000,
  users: 600,
  conversations: 400,
  seed: "integration",
  alpha: 1.8,
  windowDays: 90,
  windowEnd: "2025-10-01T00:00:00Z",
};
const silent = (): void => undefined;

async function createDatabase(): Promise<TestDatabase> {
  return (await startTestServer()).createDatabase();
}

/** The keys, indexes and foreign keys, in the server's words. */
async function definitions(ownerUrl: string): Promise<string[]> {
  const rows = await query<{ line: string }>(
    ownerUrl,
    `SELECT format('%s %s %s %s', conrelid::regclass, conname, pg_get_constraintdef(oid), convalidated) AS line
     FROM pg_constraint WHERE connamespace = 'public'::regnamespace
     UNION ALL SELECT indexdef FROM pg_indexes WHERE schemaname = 'public' ORDER BY 1`,
  );
  return rows.map(({ line }) => line);
}

async function query<Row extends QueryResultRow>(url: string, sql: string): Promise<Row[]> {
  return withClient(url, async (client: Client) => (await client.query<Row>(sql)).rows);
}

describe("a loaded dataset", () => {
  let database: TestDatabase;
  let state: DatasetState;
  let schemaBefore: string[];

  setUp(async (undo) => {
    database = await createDatabase();
    undo(() => database.drop());
    schemaBefore = await definitions(database.ownerUrl);
    state = await loadDataset(database.ownerUrl, spec, silent, { shards: 8 });
  });

  /** Counts the rows of a FROM clause. */
  async function count(from: string): Promise<number> {
    const [row] = await query<{ count: string }>(database.ownerUrl, `SELECT count(*) FROM ${from}`);
    return Number(row!.count);
  }

  it("has exactly the rows asked for", async () => {
    expect(state.counts).to.include({ messages: 50_000, users: 600, conversations: 400 });
    for (const [table, rows] of Object.entries(state.counts)) expect(await count(table)).to.equal(rows);
    expect(state.counts.message_reads / 50_000).to.be.closeTo(0.1, 0.01);
  });

  it("leaves keys, indexes and foreign keys as they were, and nothing in their place", async () => {
    expect(schemaBefore).to.have.length.greaterThan(25);
    expect(await definitions(database.ownerUrl)).to.deep.equal(schemaBefore);
    expect(await count("chat_perf.saved_definition")).to.equal(0);
  });

  it("gives back the exponent of the conversation sizes", async () => {
    const rows = await query<{ size: number }>(
      database.ownerUrl,
      `SELECT count(*)::int AS size FROM messages GROUP BY "conversationId" ORDER BY 1`,
    );
    const sizes = rows.map(({ size }) => size);
    const meanLog = sizes.reduce((sum, x) => sum + Math.log(x), 0) / sizes.length;
    // The maximum-likelihood estimate for the discrete law between the smallest and the largest size: the expected log
    // is the mean log.
    const expectedLog = (alpha: number): number => {
      let [mass, sum] = [0, 0];
      for (let x = sizes[0]!; x <= sizes.at(-1)!; x++) {
        mass += x ** -alpha;
        sum += x ** -alpha * Math.log(x);
      }
      return sum / mass;
    };
    expect(expectedLog(1.82)).to.be.lessThan(meanLog);
    expect(expectedLog(1.78)).to.be.greaterThan(meanLog);
  });

  it("lies in the heap in order of time, with conversations scattered", async () => {
    const rows = await query<{ attname: string; correlation: number }>(
      database.ownerUrl,
      `SELECT attname, correlation FROM pg_stats WHERE schemaname = 'public' AND tablename = 'messages'`,
    );
    const correlation = Object.fromEntries(rows.map((row) => [row.attname, row.correlation]));
    expect(correlation.createdAt).to.be.at.least(0.99);
    expect(correlation.conversationId).to.be.within(-0.1, 0.1);
    expect(
      await count(
        `(SELECT "createdAt" < lag("createdAt") OVER (ORDER BY id) AS early FROM messages) m WHERE early`,
      ),
    ).to.equal(0);
  });

  it("agrees with itself: members, replies, reads, first and last things", async () => {
    const faults = {
      "senders who are not members, or not yet": `messages m LEFT JOIN conversation_users u
        ON u."userId" = m."senderId" AND u."conversationId" = m."conversationId" AND u."joinedAt" <= m."createdAt"
          AND coalesce(u."leftAt" >= m."createdAt", true) WHERE u.id IS NULL`,
      "replies to other conversations or to later messages": `messages m JOIN messages r ON r.id = m."replyToId"
        WHERE r."conversationId" <> m."conversationId" OR r."createdAt" >= m."createdAt"`,
      "readers who are not members, or read too early or what they wrote": `message_reads r
        JOIN messages m ON m.id = r."messageId" LEFT JOIN conversation_users u
        ON u."userId" = r."userId" AND u."conversationId" = m."conversationId" AND u."lastReadAt" >= r."readAt"
        WHERE u.id IS NULL OR r."readAt" < m."createdAt" OR r."userId" = m."senderId"`,
      "conversations that do not know their last message": `conversations c
        JOIN LATERAL (SELECT max("createdAt") AS at FROM messages m WHERE m."conversationId" = c.id) last ON true
        LEFT JOIN messages m ON m.id = c."lastMessageId" AND m."conversationId" = c.id
        WHERE c."lastMessageAt" IS DISTINCT FROM last.at OR m."createdAt" IS DISTINCT FROM last.at
          OR c."updatedAt" < last.at OR c."createdAt" > last.at`,
      "read pointers to nowhere": `conversation_users u
        LEFT JOIN messages m ON m.id = u."lastReadMessageId" AND m."conversationId" = u."conversationId"
        WHERE u."lastReadMessageId" IS NOT NULL
          AND (m.id IS NULL OR u."lastReadAt" < m."createdAt" OR u."updatedAt" < u."lastReadAt")`,
      "messages before their conversation": `messages m JOIN conversations c ON c.id = m."conversationId"
        WHERE m."createdAt" < c."createdAt"`,
      "members before their account": `conversation_users u JOIN users s ON s.id = u."userId"
        WHERE u."joinedAt" < s."createdAt"`,
      "creators who are not owners": `conversations c LEFT JOIN conversation_users u
        ON u."conversationId" = c.id AND u."userId" = c."creatorId" AND u.role = 'OWNER' WHERE u.id IS NULL`,
      "attachments of another uploader": `attachments a JOIN messages m ON m.id = a."messageId"
        WHERE a."uploaderId" <> m."senderId" OR m.type = 'TEXT'`,
      "files without attachments": `messages m LEFT JOIN attachments a ON a."messageId" = m.id
        WHERE m.type <> 'TEXT' AND a.id IS NULL`,
      "texts of impossible length": `messages WHERE type = 'TEXT' AND coalesce(length(content), 0) NOT BETWEEN 1 AND 5000`,
      "changes out of order": `messages WHERE "updatedAt" < "createdAt" OR "editedAt" > "updatedAt"
        OR "deletedAt" > "updatedAt" OR isfinite("createdAt") AND "createdAt" NOT BETWEEN '2025-07-03' AND '2025-10-01'`,
    };
    for (const [fault, from] of Object.entries(faults)) expect(await count(from), fault).to.equal(0);
  });

  it("is not changed by a second run", async () => {
    const lines: string[] = [];
    const loadedAt = "SELECT max(loaded_at) AS at FROM chat_perf.shard";
    const earlier = await query(database.ownerUrl, loadedAt);
    const again = await loadDataset(database.ownerUrl, spec, (line) => lines.push(line));
    expect(again).to.deep.equal(state);
    expect(lines).to.have.length(1);
    expect(lines[0]).to.include("already complete");
    expect(await query(database.ownerUrl, loadedAt)).to.deep.equal(earlier);
  });

  it("refuses another spec, naming what differs", async () => {
    const error = await failureOf(
      loadDataset(database.ownerUrl, { ...spec, messages: 60_000, seed: "x" }, silent),
    );
    expect(error.message)
      .to.include("messages 50000 instead of 60000, seed integration instead of x")
      .and.to.include("--clear");
  });

  it("shows a row changed by hand in its table's fingerprint alone", async () => {
    expect(state).to.deep.include(await readDataset(database.ownerUrl));
    const edit = (sign: string): string =>
      `UPDATE messages SET "editedAt" = "editedAt" ${sign} interval '1 ms'
       WHERE id = (SELECT min(id) FROM messages WHERE "isEdited")`;
    await query(database.appUrl, edit("+"));
    const changed = (await readDataset(database.ownerUrl))!;
    expect(changed.counts).to.deep.equal(state.counts);
    expect(changed.fingerprint.messages).to.not.equal(state.fingerprint.messages);
    expect({ ...changed.fingerprint, messages: "" }).to.deep.equal({ ...state.fingerprint, messages: "" });
    await query(database.appUrl, edit("-"));
    expect((await readDataset(database.ownerUrl))!.combinedFingerprint).to.equal(state.combinedFingerprint);
  });
});
