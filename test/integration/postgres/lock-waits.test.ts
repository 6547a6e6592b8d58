import { createHash } from "node:crypto";
import { resolve } from "node:path";
import { expect } from "chai";
import { Client } from "pg";
import { clearDataset } from "../../../generator/load";
import { applyIndexes } from "../../../phase2/indexes/build";
import { withClient } from "../../../postgres/connection";
import { requireOwnHolders } from "../../../postgres/lock-waits";
import { applyMigrations, type Migration, readMigrations } from "../../../postgres/migrations";
import { defaultThresholds } from "../../../validation/thresholds";
import { validateDataset } from "../../../validation/validate";
import { chatDatasetSql } from "../../support/chat-dataset";
import { setUp, setUpEach } from "../../support/fixture";
import { failureOf } from "../../support/rejection";
import { startTestServer, type TestDatabase } from "../../support/server";

const log = (): void => undefined;
const chat = readMigrations(resolve(__dirname, "../../../prisma/migrations"));

/** A URL with a lock timeout that is just long enough for the first lookup of the second connection. */
const impatient = (url: string): string => `${url}?options=-c%20lock_timeout%3D4s`;

describe("a lock that another session holds", () => {
  let database: TestDatabase;
  let holder: Client;

  setUp(async (undo) => {
    database = await (await startTestServer()).createDatabase({ migrated: false });
    undo(() => database.drop());
    await migrate([]);
    await withClient(database.ownerUrl, (client) => client.query(chatDatasetSql()));
  });

  setUpEach(async (undo) => {
    holder = new Client({ connectionString: database.appUrl, application_name: "the backend" });
    undo(() => holder.end());
    await holder.connect();
  });

  function migrate(further: Migration[], url = database.ownerUrl): Promise<unknown> {
    return applyMigrations(url, [...chat, ...further], { applicationRole: database.appRole }, log);
  }

  async function pid(): Promise<number> {
    const { rows } = await holder.query<{ pid: number }>("SELECT pg_backend_pid() AS pid");
    return rows[0]!.pid;
  }

  const refusal = async (work: Promise<unknown>): Promise<string> => (await failureOf(work)).message;

  const sql = 'ALTER TABLE messages ADD COLUMN "extra" integer';
  const further = { name: "2_further", sql, checksum: createHash("sha256").update(sql).digest("hex") };

  it("on a table ends migrations, clearing, reports and index builds, each naming the holder", async () => {
    await holder.query("BEGIN; LOCK TABLE messages");
    const { ownerUrl, appUrl } = database;
    const works = {
      migration: migrate([further], impatient(ownerUrl)),
      clearing: clearDataset(impatient(ownerUrl), log),
      report: validateDataset(impatient(appUrl), { thresholds: defaultThresholds, log }),
      indexes: applyIndexes(impatient(ownerUrl), { log }),
    };
    const held = `process ${await pid()} (role ${database.appRole}, application the backend`;
    const refusals = await Promise.all(
      Object.entries(works).map(async ([name, work]) => [name, await refusal(work)] as const),
    );
    for (const [name, message] of refusals) {
      expect(message, name).to.include("the table public.messages").and.to.include(held);
      expect(message, name).to.include("pg_terminate_backend");
    }
    await holder.query("ROLLBACK");
    await migrate([further]);
  });

  it("is described as far as the role may see it", async () => {
    await holder.query("BEGIN; LOCK TABLE users");
    const count = withClient(impatient(database.adminUrl), (client) =>
      client.query("SELECT count(*) FROM users"),
    );
    expect(await refusal(count)).to.match(
      /in a transaction since 20\d\d-.* UTC, idle in transaction, last statement: SELECT pg_backend_pid|LOCK TABLE users/,
    );
  });

  it("may be an advisory one: migrations wait for Prisma's", async () => {
    await holder.query("SELECT pg_advisory_lock(72707369)");
    const message = await refusal(migrate([], impatient(database.ownerUrl)));
    expect(message)
      .to.include("an advisory lock")
      .and.to.include(`process ${await pid()}`);
  });

  it("on the dataset is refused when it is another program's", async () => {
    await holder.query("SELECT pg_advisory_lock(7)");
    await withClient(database.ownerUrl, async (client) => {
      await requireOwnHolders(client, { key: 8 });
      expect(await refusal(requireOwnHolders(client, { key: 7 }))).to.include("application the backend");
    });
  });

  it("is waited for a minute, or as long as the role's own limit says", async () => {
    const limit = (url: string): Promise<string> =>
      withClient(url, async (client) => {
        const { rows } = await client.query<{ lock_timeout: string }>("SHOW lock_timeout");
        return rows[0]!.lock_timeout;
      });
    expect(await limit(database.ownerUrl)).to.equal("1min");
    expect(await limit(impatient(database.ownerUrl))).to.equal("4s");
  });
});
