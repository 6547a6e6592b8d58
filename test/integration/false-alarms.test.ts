import { expect } from "chai";
import { Copier } from "../../generator/load/copy";
import { makePlan } from "../../generator/plan/plan";
import { MessageShard } from "../../generator/plan/message-shard";
import { AttachmentWriter } from "../../generator/rows/attachments";
import { ConversationRows } from "../../generator/rows/conversations";
import { identities } from "../../generator/rows/identities";
import { MemberRows } from "../../generator/rows/members";
import { MessageWriter } from "../../generator/rows/messages";
import { ReadWriter } from "../../generator/rows/reads";
import { ShardRows } from "../../generator/rows/shard-rows";
import type { RowSource } from "../../generator/rows/source";
import { UserRows } from "../../generator/rows/users";
import type { DatasetSpec } from "../../generator/spec";
import { type TableName, tableNames } from "../../generator/tables";
import { withClient } from "../../postgres/connection";
import { defaultThresholds } from "../../validation/thresholds";
import { validateDataset } from "../../validation/validate";
import { execute } from "../support/database-copies";
import { setUp } from "../support/fixture";
import { startTestServer, type TestDatabase } from "../support/server";

const SEEDS = 50;

/**
 * The smallest dataset has 40 conversations. With fewer, the top 1 % and the top 5 % would be the same conversations,
 * and these would have to hold 30 % by chance.
 */
const sizes = [
  { messages: 3_000, users: 40, conversations: 40 },
  { messages: 10_000, users: 100, conversations: 100 },
  { messages: 20_000, users: 200, conversations: 300 },
];

describe("the validation of generated datasets", () => {
  let database: TestDatabase;

  setUp(async (undo) => {
    database = await (await startTestServer()).createDatabase();
    undo(() => database.drop());
    await execute(database.ownerUrl, bareTables);
  });

  for (const size of sizes) {
    it(`raises no false alarm on ${SEEDS} datasets of ${size.messages} messages`, async function () {
      this.timeout(300_000);
      const alarms: string[] = [];
      for (let number = 1; number <= SEEDS; number++) {
        const seed = `seed ${number}`;
        await load(database.ownerUrl, {
          ...size,
          seed,
          alpha: 1.8,
          windowDays: 90,
          windowEnd: "2025-10-01T00:00:00Z",
        });
        const report = await validateDataset(database.appUrl, {
          thresholds: defaultThresholds,
          log: () => undefined,
        });
        expect(report.dataset_summary.messages).to.equal(size.messages);
        for (const { key, verdict, measured } of report.checks) {
          if (verdict !== "PASS") alarms.push(`${seed}, ${key}: ${measured}`);
        }
      }
      expect(alarms).to.deep.equal([]);
    });
  }
});

/** Drops all keys and indexes, because the rows are replaced before they would be useful. */
const bareTables = `
DO $$ DECLARE named record; BEGIN
  FOR named IN SELECT conrelid::regclass AS relation, conname FROM pg_constraint
    WHERE connamespace = 'public'::regnamespace AND contype IN ('f', 'p') ORDER BY contype LOOP
    EXECUTE format('ALTER TABLE %s DROP CONSTRAINT %I', named.relation, named.conname);
  END LOOP;
  FOR named IN SELECT indexrelid::regclass AS index FROM pg_index JOIN pg_class ON oid = indexrelid
    WHERE relnamespace = 'public'::regnamespace LOOP
    EXECUTE format('DROP INDEX %s', named.index);
  END LOOP;
END $$;
${tableNames.map((table) => `ALTER TABLE ${table} SET UNLOGGED, SET (autovacuum_enabled = false);`).join("\n")}`;

/** Replaces all rows with those of another dataset. */
async function load(ownerUrl: string, spec: DatasetSpec): Promise<void> {
  await withClient(ownerUrl, async (client) => {
    await client.query(`TRUNCATE ${tableNames.join(", ")}`);
    const copier = new Copier(client);
    for (const [table, rows] of rowsOf(spec)) await copier.copy(table, rows);
  });
}

function rowsOf(spec: DatasetSpec): [TableName, RowSource][] {
  const plan = makePlan(spec);
  const ids = identities(plan);
  const slice = new MessageShard(plan);
  slice.read(-Infinity, Infinity);
  return [
    ["users", new UserRows(plan, ids)],
    ["conversations", new ConversationRows(plan, ids)],
    ["conversation_users", new MemberRows(plan, ids)],
    ["messages", new ShardRows(new MessageWriter(plan, ids), slice)],
    ["attachments", new ShardRows(new AttachmentWriter(plan, ids), slice)],
    ["message_reads", new ShardRows(new ReadWriter(plan, ids), slice)],
  ];
}
