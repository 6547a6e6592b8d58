import { readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import type { Client } from "pg";
import { loadDataset, readDataset } from "../../generator/load";
import type { Capture } from "../../phase2/capture";
import { compareCaptures } from "../../phase2/compare";
import { applyIndexes } from "../../phase2/indexes/build";
import { readDefinitions } from "../../phase2/indexes/definitions";
import { readCapture, writeCapture } from "../../phase2/measure/capture-file";
import { withClient } from "../../postgres/connection";
import { chatDatasetSql } from "../support/chat-dataset";
import { execute } from "../support/database-copies";
import { setUp } from "../support/fixture";
import { failureOf } from "../support/rejection";
import { startOwnServer, startTestServer, temporaryFolder, type TestDatabase } from "../support/server";
import { everythingIn, measuredSpec, smallCapture } from "../support/phase2-captures";

const silent = (): void => undefined;
const capture = smallCapture;

describe("a capture", () => {
  let database: TestDatabase;
  let pre: Capture;
  let traces: unknown;
  const lines: string[] = [];

  const asAdmin = <T>(work: (client: Client) => Promise<T>): Promise<T> =>
    withClient(database.adminUrl, work);

  const everything = (): Promise<unknown> => everythingIn(database);

  setUp(async (undo) => {
    database = await (await startTestServer()).createDatabase();
    undo(() => database.drop());
    await loadDataset(database.ownerUrl, measuredSpec, silent);
    traces = await everything();
    pre = await capture(database.ownerUrl, { blocks: 3, log: (line) => lines.push(line) });
  });

  it("has every query in every stratum, and the query that writes", () => {
    const rooms = ["heaviest rooms", "median rooms", "cold rooms"];
    expect(pre.queries.map(({ query, stratum }) => `${query}, ${stratum}`)).to.deep.equal([
      ...["Q1", "Q1b"].flatMap((query) => rooms.map((room) => `${query}, ${room}`)),
      ...["Q3, busy users", "Q3, quiet users"],
      ...["Q4", "Q6"].flatMap((query) => rooms.map((room) => `${query}, ${room}`)),
    ]);
    expect(pre.queries.map(({ query, target_ms }) => `${query} ${target_ms}`)).to.include.members([
      ...["Q1 50", "Q3 75", "Q4 30", "Q6 20"],
    ]);
    expect(pre.writes).to.include({ query: "Q2", title: "insert a message", target_ms: 100 });
  });

  it("has latencies block by block, each with every parameter equally often", () => {
    for (const { query, stratum, warm_ms, rows } of pre.queries) {
      expect(warm_ms, `${query} ${stratum}`).to.have.length(3);
      for (const block of warm_ms) {
        expect(block.length % 5).to.equal(0);
        expect(Math.min(...block)).to.be.greaterThan(0);
      }
      expect(rows).to.be.greaterThan(0);
    }
    expect(pre.writes.insert_ms.map((block) => block.length % 15)).to.deep.equal([0, 0, 0]);
  });

  it("has the plan of each, with buffers and rows of an execution", () => {
    for (const { query, plan } of pre.queries) {
      const [{ Plan: root, "Execution Time": time }] = plan as [
        { Plan: Record<string, unknown>; "Execution Time": number },
      ];
      expect(root, query).to.include.keys("Node Type", "Actual Rows", "Shared Hit Blocks");
      expect(time).to.be.greaterThan(0);
    }
    const q1 = JSON.stringify(pre.queries[0]!.plan);
    expect(q1).to.include('"Sort"').and.to.include("messages_conversationId_idx");
  });

  it("records its conditions: fingerprint of the rows, settings, sizes, server", async () => {
    const dataset = (await readDataset(database.ownerUrl))!;
    expect(pre.conditions).to.deep.include({
      dataset: dataset.fingerprint,
      database: database.name,
      seed: "a",
    });
    expect(pre.conditions.settings).to.include({ work_mem: "4MB", random_page_cost: "4", jit: "on" });
    expect(pre.conditions.server_version).to.match(/^\d+\.\d+$/);
    const { rows: sizes } = await asAdmin((client) =>
      client.query<{ bytes: string }>("SELECT pg_table_size('messages') AS bytes"),
    );
    const bytes = Number(sizes[0]!.bytes);
    expect(pre.tables.find(({ name }) => name === "messages")).to.deep.include({ rows: 50_000, bytes });
    expect(pre.indexes.find(({ name }) => name === "messages_conversationId_idx")).to.include({
      table: "messages",
      valid: true,
    });
  });

  it("knows the log that an insert writes: a row's and its indexes', not a checkpoint's full pages", () => {
    expect(pre.writes.wal_bytes_per_row).to.be.within(300, 1500);
  });

  it("says what it is doing", () => {
    expect(lines[0]).to.equal("Reading all rows, to identify the dataset of the capture...");
    expect(lines[1]).to.equal('6 queries, 15 combinations of query and stratum, seed "a"');
    expect(lines.at(-1)).to.match(/^latencies: [\d,]+ executions in /);
  });

  it("leaves rows, schema, settings, statistics and dead rows as they were", async () => {
    expect(await everything()).to.deep.equal(traces);
  });

  it("draws the same parameters for the same seed, and others for another seed", async () => {
    const [same, other] = [await capture(database.ownerUrl), await capture(database.ownerUrl, { seed: "b" })];
    expect(same.conditions).to.deep.equal(pre.conditions);
    for (const [query, digest] of Object.entries(other.conditions.queries)) {
      expect(digest, query).not.to.equal(pre.conditions.queries[query]);
    }
  });

  it("draws heavy rooms that are heavy, cold ones that are cold, and users likewise", () => {
    const rows = (query: string): number[] =>
      pre.queries.filter((each) => each.query === query).map((each) => each.rows);
    const [heaviest, median, cold] = rows("Q1b");
    expect(heaviest).to.equal(100);
    expect(median).to.be.within(10, 80);
    expect(cold).to.be.lessThan(median!);
    const [busy, quiet] = rows("Q3");
    expect(busy).to.be.greaterThan(3 * quiet!);
  });

  it("is read back from its file as it was, and not when a part is missing", () => {
    const folder = temporaryFolder("capture");
    try {
      const file = join(folder, "pre.json");
      writeCapture(file, pre);
      expect(readCapture(file)).to.deep.equal(pre);
      expect(readdirSync(folder)).to.deep.equal(["pre.json"]);
      const text = JSON.stringify(pre);
      writeFileSync(file, text.slice(0, text.length / 2));
      expect(() => readCapture(file)).to.throw(/pre\.json is not a whole capture: .*\n {2}Capture it again/);
      writeFileSync(file, JSON.stringify({ ...pre, writes: undefined }));
      expect(() => readCapture(file)).to.throw(/pre\.json is not a whole capture: writes: /);
      expect(() => readCapture(join(folder, "post.json"))).to.throw(/post\.json cannot be read: ENOENT/);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  describe("in the wrong order", () => {
    it("says which indexes are missing after the optimization", async () => {
      const failure = await failureOf(capture(database.ownerUrl, { kind: "post-optimization" }));
      expect(failure.message)
        .to.include(`lacks indexes of phase 2: ${readDefinitions()[0]!.name}, `)
        .and.to.include("--apply");
    });

    it("says which indexes are there before it, and which are invalid", async () => {
      const built = await (await startTestServer()).createDatabase();
      try {
        await execute(built.ownerUrl, chatDatasetSql());
        await applyIndexes(built.ownerUrl, { log: silent });
        expect((await failureOf(capture(built.ownerUrl))).message)
          .to.match(/has indexes of phase 2 already: \w+/)
          .and.to.include("--revert");
        await execute(
          built.adminUrl,
          `UPDATE pg_index SET indisvalid = false WHERE indexrelid = '"conversations_updatedAt_idx"'::regclass`,
        );
        const failure = await failureOf(capture(built.ownerUrl, { kind: "post-optimization" }));
        expect(failure.message).to.include("left invalid by a failed build: conversations_updatedAt_idx");
      } finally {
        await built.drop();
      }
    });

    it("is refused by the comparison", () => {
      expect(() => compareCaptures(pre, pre)).to.throw(/Both captures were taken before/);
    });
  });

  it("of a dataset that is not ours goes by numbers of rows", async () => {
    const other = await (await startTestServer()).createDatabase();
    try {
      await execute(other.ownerUrl, chatDatasetSql());
      const { conditions } = await capture(other.ownerUrl);
      expect(conditions.dataset).to.include({ users: "50 rows", conversations: "200 rows" });
      await execute(other.ownerUrl, "TRUNCATE messages CASCADE");
      expect((await failureOf(capture(other.ownerUrl))).message).to.match(/has no messages/);
    } finally {
      await other.drop();
    }
  });

  it("can be taken of a chat without attachments", async () => {
    const other = await (await startTestServer()).createDatabase();
    try {
      await execute(other.ownerUrl, `${chatDatasetSql()}; DROP TABLE attachments`);
      expect((await capture(other.ownerUrl)).conditions.dataset).not.to.have.property("attachments");
    } finally {
      await other.drop();
    }
  });

  it("on a server of one's own has cold executions too, and the server runs on", async () => {
    const server = await startOwnServer();
    try {
      const { ownerUrl } = await server.createDatabase();
      await execute(ownerUrl, chatDatasetSql());
      const machine = { kind: "embedded" as const, dataDirectory: server.dataDirectory };
      const cold = await capture(ownerUrl, { machine });
      expect(cold.cold_by).to.match(/^restart of the server/);
      for (const { cold_ms } of cold.queries) {
        expect(cold_ms).to.have.length(5);
        expect(Math.min(...cold_ms!)).to.be.greaterThan(0);
      }
      await execute(ownerUrl, "SELECT 1");
      expect(pre).not.to.have.property("cold_by");
      for (const query of pre.queries) expect(query).not.to.have.property("cold_ms");
    } finally {
      await server.stop();
    }
  });
});
