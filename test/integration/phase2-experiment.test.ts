import { expect } from "chai";
import { type ExperimentOptions, runExperiment } from "../../phase2/experiment";
import type { Capture } from "../../phase2/capture";
import { applyIndexes } from "../../phase2/indexes/build";
import { readDefinitions } from "../../phase2/indexes/definitions";
import { withClient } from "../../postgres/connection";
import { restartServer } from "../../postgres/embedded-server";
import { chatDatasetSql } from "../support/chat-dataset";
import { chatSchema, deadRows } from "../support/chat-schema";
import { execute } from "../support/database-copies";
import { setUp } from "../support/fixture";
import { failureOf } from "../support/rejection";
import { startOwnServer, startTestServer, type TestDatabase } from "../support/server";

const silent = (): void => undefined;
const names = readDefinitions().map(({ name }) => name);

/** Runs an experiment with few blocks, because these tests check its content and not its precision. */
function experiment(url: string, options: Partial<ExperimentOptions> = {}) {
  return runExperiment(url, { seed: "a", blocks: 2, passes: 1, log: silent, ...options });
}

const indexesOf = ({ indexes }: Capture): string[] =>
  indexes.map(({ name }) => name).filter((name) => names.includes(name));
const planOf = ({ queries }: Capture, query: string): string =>
  JSON.stringify(queries.find((each) => each.query === query)!.plan);

describe("an experiment with the indexes and without", () => {
  let database: TestDatabase;
  let schema: string[];
  let pre: Capture;
  let post: Capture;
  const lines: string[] = [];

  setUp(async (undo) => {
    database = await (await startTestServer()).createDatabase();
    undo(() => database.drop());
    await execute(database.ownerUrl, chatDatasetSql());
    await execute(database.ownerUrl, "VACUUM ANALYZE");
    schema = await chatSchema(database.ownerUrl);
    ({ pre, post } = await experiment(database.ownerUrl, { log: (line) => lines.push(line) }));
  });

  it("measures the same queries on both sides in alternating blocks", () => {
    expect(pre).to.include({ kind: "pre-optimization", experiment: post.experiment });
    expect(post).to.include({ kind: "post-optimization" });
    expect(post.conditions).to.deep.equal(pre.conditions);
    for (const { queries, writes } of [pre, post]) {
      for (const { warm_ms, stratum } of queries) {
        expect(
          warm_ms.map((block) => block.length),
          stratum,
        ).to.deep.equal([5, 5]);
      }
      expect(writes.insert_ms.map((block) => block.length)).to.deep.equal([15, 15]);
    }
  });

  it("has no index on one side and all on the other, with sizes and build times", () => {
    expect(indexesOf(pre)).to.deep.equal([]);
    expect(indexesOf(post)).to.have.members(names);
    for (const { name, bytes, build_seconds } of post.indexes) {
      if (!names.includes(name)) continue;
      expect(bytes).to.be.greaterThan(8000);
      expect(build_seconds).to.be.greaterThan(0);
    }
    expect(lines.filter((line) => line.includes("for the time of the experiment"))).to.have.length(3);
  });

  it("measures with the indexes: no sort in Q1, only the covering index in Q3, more log for each row", () => {
    expect(planOf(pre, "Q1")).to.include('"Sort"').and.not.to.include("createdAt_idx");
    expect(planOf(post, "Q1"))
      .to.include("messages_conversationId_createdAt_idx")
      .and.not.to.include('"Sort"');
    expect(planOf(post, "Q3")).to.include('"Index Only Scan"').and.to.include("userId_isActive_idx");
    expect(post.writes.wal_bytes_per_row).to.be.greaterThan(pre.writes.wal_bytes_per_row + 30);
  });

  it("leaves no index, no row and no dead row", async () => {
    expect(await chatSchema(database.ownerUrl)).to.deep.equal(schema);
    expect(await deadRows(database.adminUrl)).to.deep.equal({});
    const { rows } = await withClient(database.ownerUrl, (client) =>
      client.query("SELECT FROM messages WHERE id LIKE 'czzz%'"),
    );
    expect(rows).to.deep.equal([]);
  });

  it("with both sides equal changes nothing between them", async () => {
    const equal = await experiment(database.ownerUrl, { equalArms: true });
    expect(indexesOf(equal.pre)).to.deep.equal([]);
    expect(equal.post.indexes).to.deep.equal(equal.pre.indexes);
    expect(planOf(equal.post, "Q1")).to.include('"Sort"');
  });

  it("tries other indexes too", async () => {
    const indexes = readDefinitions(
      'CREATE INDEX CONCURRENTLY IF NOT EXISTS planted ON public.messages ("updatedAt");',
    );
    const tried = await experiment(database.ownerUrl, { indexes });
    expect(tried.pre.indexes.map(({ name }) => name)).not.to.include("planted");
    expect(tried.post.indexes.map(({ name }) => name)).to.include("planted");
  });

  it("tries to do without an index that the database has", async () => {
    const removals = [{ name: "messages_conversationId_idx", line: 1 }];
    const tried = await experiment(database.ownerUrl, { indexes: [], removals });
    expect(tried.pre.indexes.map(({ name }) => name)).to.include("messages_conversationId_idx");
    expect(tried.post.indexes.map(({ name }) => name)).not.to.include("messages_conversationId_idx");
    expect(planOf(tried.pre, "Q1")).to.include("messages_conversationId_idx");
    expect(planOf(tried.post, "Q1")).not.to.include("messages_conversationId_idx");
    expect(await chatSchema(database.ownerUrl)).to.deep.equal(schema);
  });

  it("refuses by line what PostgreSQL would refuse, before anything is built", async () => {
    for (const [name, why] of [
      ["messages_pkey", "the constraint messages_pkey needs it"],
      ["users_email_key", "it keeps values unique"],
    ] as const) {
      const needed = experiment(database.ownerUrl, { indexes: [], removals: [{ name, line: 7 }] });
      expect((await failureOf(needed)).message).to.contain(
        `phase-2-indexes.sql, line 7: index ${name} is not dropped, because ${why}`,
      );
    }
    for (const [statement, words] of [
      ["create index a on messages (nosuch)", /line 2: column "nosuch" does not exist/],
      ["create index a on messages (lower())", /line 2: function lower\(\) does not exist/],
      ["create index a on nowhere (id)", /has no table nowhere, which .* names in line 2/],
    ] as const) {
      const built: string[] = [];
      const indexes = readDefinitions(`create index fine on users (bio);\n${statement};`);
      const failure = await failureOf(
        experiment(database.ownerUrl, { indexes, log: (line) => built.push(line) }),
      );
      expect(failure.message, statement).to.match(words);
      expect(built.join(), statement).not.to.include("built in");
    }
    expect(await chatSchema(database.ownerUrl)).to.deep.equal(schema);
  });

  describe("where the indexes are there already", () => {
    setUp(() => applyIndexes(database.ownerUrl, { log: silent }));

    it("measures with these, and leaves them", async () => {
      const built = await chatSchema(database.ownerUrl);
      const tried = await experiment(database.ownerUrl);
      expect(indexesOf(tried.pre)).to.deep.equal([]);
      expect(indexesOf(tried.post)).to.have.members(names);
      expect(await chatSchema(database.ownerUrl)).to.deep.equal(built);
    });
  });

  it("is refused where an index could not be used in the transaction that built it", async () => {
    const other = await (await startTestServer()).createDatabase();
    try {
      await execute(other.ownerUrl, chatDatasetSql({ conversations: 50 }));
      // A row that was updated in place has one index entry for two versions while another transaction may see the
      // older one.
      const holder = withClient(other.ownerUrl, async (client) => {
        await client.query("BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT FROM users LIMIT 1");
        await execute(other.ownerUrl, `UPDATE conversations SET "updatedAt" = now()`);
        return failureOf(experiment(other.ownerUrl));
      });
      expect((await holder).message)
        .to.match(/cannot be measured: rows were updated a moment ago/)
        .and.to.include("--apply");
    } finally {
      await other.drop();
    }
  });

  it("is refused where what the index writes would not be logged", async () => {
    const server = await startOwnServer();
    try {
      const other = await server.createDatabase();
      await execute(other.ownerUrl, chatDatasetSql({ conversations: 50 }));
      await execute(server.adminUrl, "ALTER SYSTEM SET wal_level = minimal");
      await execute(server.adminUrl, "ALTER SYSTEM SET max_wal_senders = 0");
      await restartServer(server.dataDirectory, silent);
      const failure = await failureOf(experiment(other.ownerUrl));
      expect(failure.message).to.match(/cannot be measured: with wal_level=minimal/);
    } finally {
      await server.stop();
    }
  });
});
