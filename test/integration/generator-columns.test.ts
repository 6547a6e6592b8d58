import { expect } from "chai";
import { clearDataset, loadDataset } from "../../generator/load";
import type { DatasetSpec } from "../../generator/spec";
import { defaultThresholds } from "../../validation/thresholds";
import { validateDataset } from "../../validation/validate";
import { chatSchema } from "../support/chat-schema";
import { execute } from "../support/database-copies";
import { setUp } from "../support/fixture";
import { query } from "../support/migrated-database";
import { startTestServer, type TestDatabase } from "../support/server";

const spec: DatasetSpec = {
  messages: 30_000,
  users: 1_000,
  conversations: 500,
  seed: "columns",
  alpha: 1.8,
  windowDays: 90,
  windowEnd: "2025-10-01T00:00:00Z",
  columns: "users.plan = plan-{number % 3}\nusers.quota = {number % 7}",
};
const silent = (): void => undefined;

/** What a chat application's schema got in addition, and a column of each type. */
const ADDITIONS = `
  ALTER TABLE messages ADD "idempotencyKey" text NOT NULL UNIQUE, ADD "correlationId" text, ADD UNIQUE ("conversationId", id);
  CREATE INDEX ON messages ("correlationId");
  CREATE TYPE "MessageReceiptState" AS ENUM ('SENT', 'DELIVERED', 'READ');
  CREATE TABLE message_receipts (
    id text PRIMARY KEY, state "MessageReceiptState" NOT NULL, "updatedAt" timestamp(3) NOT NULL,
    "messageId" text NOT NULL REFERENCES messages ON DELETE CASCADE,
    "userId" text NOT NULL REFERENCES users ON DELETE CASCADE, UNIQUE ("messageId", "userId", state));
  ALTER TABLE attachments ADD key uuid NOT NULL UNIQUE, ADD place bigint NOT NULL UNIQUE;
  ALTER TABLE users ADD big bigint NOT NULL UNIQUE, ADD exact numeric(20, 2) NOT NULL UNIQUE, ADD doc jsonb NOT NULL UNIQUE,
    ADD short varchar(10) NOT NULL UNIQUE, ADD small integer NOT NULL UNIQUE, ADD flag boolean NOT NULL,
    ADD at timestamptz NOT NULL, ADD tags text[] NOT NULL, ADD day date NOT NULL, ADD state "MessageReceiptState" NOT NULL,
    ADD lower text GENERATED ALWAYS AS (lower(email)) STORED, ADD place integer GENERATED ALWAYS AS IDENTITY,
    ADD plan text, ADD quota smallint NOT NULL`;

describe("a dataset with additional columns", () => {
  let database: TestDatabase;

  setUp(async (undo) => {
    database = await (await startTestServer()).createDatabase();
    undo(() => database.drop());
    await execute(database.ownerUrl, ADDITIONS);
  });

  /** The values of all additional columns that are filled. */
  const values = () =>
    query(
      database.ownerUrl,
      `SELECT (SELECT md5(string_agg("idempotencyKey", '' ORDER BY id)) FROM messages) AS messages,
              (SELECT md5(string_agg(key || ' ' || place, '' ORDER BY id)) FROM attachments) AS attachments,
              (SELECT md5(string_agg(concat(big, exact, doc, short, small, flag, at, tags, day, state, lower, plan, quota), ''
                                     ORDER BY id)) FROM users) AS users`,
    );

  it("passes all checks, and has the same values by any shards and workers", async () => {
    const schema = await chatSchema(database.ownerUrl);
    const one = await loadDataset(database.ownerUrl, spec, silent, { shards: 1, workers: 1 });
    expect(await chatSchema(database.ownerUrl)).to.deep.equal(schema);
    const first = await values();
    const { overall_assessment } = await validateDataset(database.ownerUrl, {
      thresholds: defaultThresholds,
      log: silent,
    });
    expect(overall_assessment.passed_tests).to.equal(8);
    const [figures] = await query(
      database.ownerUrl,
      `SELECT count(*)::int AS users, count(DISTINCT plan)::int AS plans, max(quota) AS quota,
              count(*) FILTER (WHERE at = "createdAt" AT TIME ZONE 'UTC')::int AS times FROM users`,
    );
    expect(figures).to.deep.equal({ users: 1000, plans: 3, quota: 6, times: 1000 });

    await clearDataset(database.ownerUrl, silent);
    const three = await loadDataset(database.ownerUrl, spec, silent, { shards: 3, workers: 2 });
    expect(three.fingerprint).to.deep.equal(one.fingerprint);
    expect(await values()).to.deep.equal(first);
  });
});
