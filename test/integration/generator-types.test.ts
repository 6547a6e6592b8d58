import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { clearDataset, loadDataset } from "../../generator/load";
import type { DatasetSpec } from "../../generator/spec";
import { projectRoot } from "../../toolchain/layout";
import { defaultThresholds } from "../../validation/thresholds";
import { validateDataset } from "../../validation/validate";
import { chatSchema } from "../support/chat-schema";
import { execute } from "../support/database-copies";
import { setUpEach } from "../support/fixture";
import { query } from "../support/migrated-database";
import { failureOf } from "../support/rejection";
import { startTestServer, type TestDatabase } from "../support/server";

const spec: DatasetSpec = {
  messages: 30_000,
  users: 1_000,
  conversations: 500,
  seed: "types",
  alpha: 1.8,
  windowDays: 90,
  windowEnd: "2025-10-01T00:00:00Z",
};
const silent = (): void => undefined;

const plain = readFileSync(
  join(projectRoot, "prisma/migrations/20250101000000_chat_schema/migration.sql"),
  "utf8",
);

/** The chat schema whose ids have another type. */
const withIds = (type: string): string =>
  plain.replaceAll(/"(id|\w+Id)" TEXT/g, `"$1" ${type}`).replaceAll("TIMESTAMP(3)", "TIMESTAMPTZ(3)");

/** The months of the window, as partitions of `messages`. */
const PARTITIONS = [7, 8, 9].map(
  (month) => `CREATE TABLE messages_2025_0${month} PARTITION OF messages
    FOR VALUES FROM ('2025-${month}-01') TO ('2025-${month + 1}-01');`,
);

/** The chat schema whose messages are partitioned by month. No foreign key can refer to them by id alone. */
const partitioned = plain
  .replace(
    /("conversationId" TEXT NOT NULL,\s*)CONSTRAINT "messages_pkey" PRIMARY KEY \("id"\)\n\)/,
    '$1CONSTRAINT "messages_pkey" PRIMARY KEY (id, "createdAt")) PARTITION BY RANGE ("createdAt")',
  )
  .replaceAll(/ALTER TABLE \S+ ADD CONSTRAINT \S+ FOREIGN KEY \S+ REFERENCES "messages"[^;]*;/g, "");

const schemas: Record<string, string> = {
  "UUIDs as ids and times with time zone": withIds("UUID"),
  "bigints as ids and times with time zone": withIds("BIGINT")
    .replace('"size" INTEGER', '"size" BIGINT')
    .replace(
      'TABLE "message_reads" (\n    "id" BIGINT NOT NULL',
      'TABLE "message_reads" (\n    "id" BIGSERIAL',
    ),
  "messages in monthly partitions": partitioned + PARTITIONS.join("\n"),
};

describe("a dataset in a schema with", () => {
  let database: TestDatabase;

  setUpEach(async (undo) => {
    database = await (await startTestServer()).createDatabase({ migrated: false });
    undo(() => database.drop());
  });

  for (const [what, sql] of Object.entries(schemas)) {
    it(`${what} passes all checks, is the same by any shards, and keeps its schema`, async () => {
      await execute(database.ownerUrl, sql);
      const schema = await chatSchema(database.ownerUrl);
      const one = await loadDataset(database.ownerUrl, spec, silent, { shards: 1, workers: 1 });
      expect(await chatSchema(database.ownerUrl)).to.deep.equal(schema);
      const report = await validateDataset(database.ownerUrl, {
        thresholds: defaultThresholds,
        log: silent,
        spec,
      });
      expect(report.overall_assessment.passed_tests, JSON.stringify(report.checks)).to.equal(8);
      const [disorder] = await query(
        database.ownerUrl,
        `SELECT count(*)::int AS rows FROM (SELECT "createdAt" < lag("createdAt") OVER (ORDER BY id) AS early FROM messages) m
         WHERE early`,
      );
      expect(disorder).to.deep.equal({ rows: 0 });

      const [sequences] = await query(
        database.ownerUrl,
        `SELECT count(*)::int AS behind FROM message_reads r, pg_sequences s WHERE r.id::text = s.last_value::text
           AND NOT EXISTS (SELECT FROM message_reads later WHERE later.id > r.id)`,
      );
      expect(sequences).to.deep.equal({ behind: what.startsWith("bigints") ? 1 : 0 });
      await clearDataset(database.ownerUrl, silent);
      const four = await loadDataset(database.ownerUrl, spec, silent, { shards: 4, workers: 2 });
      expect(four.fingerprint).to.deep.equal(one.fingerprint);
    });
  }

  it("messages whose partitions leave a gap is refused, with the partition to create", async () => {
    await execute(database.ownerUrl, partitioned + [PARTITIONS[0], PARTITIONS[2]].join("\n"));
    const error = await failureOf(loadDataset(database.ownerUrl, spec, silent));
    expect(error.problem).to.include("messages has no partition for all of 2025-08");
    await execute(database.ownerUrl, /`(CREATE TABLE [^`]*)`/.exec(error.problem)![1]!);
    await loadDataset(database.ownerUrl, { ...spec, messages: 1_000 }, silent);
  });
});
