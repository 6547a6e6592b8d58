import { cpSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import type { Client } from "pg";
import { loadDataset, readDataset } from "../../generator/load";
import type { DatasetSpec } from "../../generator/spec";
import type { Capture } from "../../phase2/capture";
import { compareCaptures } from "../../phase2/compare";
import { runExperiment } from "../../phase2/experiment";
import { applyIndexes } from "../../phase2/indexes/build";
import { readDefinitions } from "../../phase2/indexes/definitions";
import { readCapture, writeCapture } from "../../phase2/measure/capture-file";
import { type CaptureOptions, takeCapture } from "../../phase2/measure/take-capture";
import { readFrequencies } from "../../phase2/queries/frequencies";
import { QUERIES, readHotQueries } from "../../phase2/queries/query-files";
import { withClient } from "../../postgres/connection";
import { chatDatasetSql } from "../support/chat-dataset";
import { chatSchema, deadRows } from "../support/chat-schema";
import { execute } from "../support/database-copies";
import { setUp } from "../support/fixture";
import { setUpEach } from "../support/fixture";
import type { ExpectedError } from "../../common/errors";
import { failureOf } from "../support/rejection";
import { startOwnServer, startTestServer, temporaryFolder, type TestDatabase } from "../support/server";

const spec: DatasetSpec = {
  messages: 50_000,
  users: 1000,
  conversations: 500,
  seed: "phase 2",
  alpha: 1.8,
  windowDays: 90,
  windowEnd: "2025-10-01T00:00:00Z",
};
const silent = (): void => undefined;

/** A capture of few blocks: these tests are about what is in it, not about how exact it is. */
function capture(url: string, options: Partial<CaptureOptions> = {}): Promise<Capture> {
  return takeCapture(url, {
    kind: "pre-optimization",
    seed: "a",
    blocks: 2,
    passes: 1,
    log: silent,
    ...options,
  });
}

describe("a capture", () => {
  let database: TestDatabase;
  let pre: Capture;
  let traces: unknown;
  const lines: string[] = [];

  const asAdmin = <T>(work: (client: Client) => Promise<T>): Promise<T> =>
    withClient(database.adminUrl, work);

  /** Everything that a capture could have changed. */
  const everything = async (): Promise<unknown> => ({
    rows: await readDataset(database.ownerUrl),
    schema: await chatSchema(database.ownerUrl),
    dead: await deadRows(database.adminUrl),
    ...(await asAdmin(async (client) => ({
      settings: (await client.query("SELECT setrole, setconfig FROM pg_db_role_setting")).rows,
      files: (await client.query("SELECT name, setting FROM pg_file_settings ORDER BY seqno")).rows,
      relations: (
        await client.query(
          `SELECT relname, reltuples FROM pg_class
           WHERE relkind = 'r' AND relnamespace::regnamespace::text IN ('public', 'chat_perf') ORDER BY 1`,
        )
      ).rows,
    }))),
  });

  setUp(async (undo) => {
    database = await (await startTestServer()).createDatabase();
    undo(() => database.drop());
    await loadDataset(database.ownerUrl, spec, silent);
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

  it("has what it was taken of: rows by fingerprint, settings, sizes, server", async () => {
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

  it("draws the same parameters again by the same seed, others by another", async () => {
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

  it("knows how often the queries run: by the application's calls of all of them, else by the headers of all", async () => {
    const queries = readHotQueries();
    const read = (applicationUrl?: string, of = queries) =>
      withClient(database.ownerUrl, (client) => readFrequencies(client, of, { applicationUrl, log: silent }));
    expect(await read(database.appUrl)).to.equal(undefined);
    const run = async (calls: Record<string, number>): Promise<void> => {
      await withClient(database.appUrl, async (client) => {
        for (const { name, sql, parameters } of queries) {
          for (let call = 0; call < (calls[name] ?? 0); call++) {
            await client.query(sql, parameters === "member" ? ["u", "c"] : ["c"]);
          }
        }
      });
    };
    await run({ Q1: 3, Q1b: 1, Q3: 10, Q4: 5 });
    const shares = queries.map((query) => ({ ...query, share: 7 }));
    expect(await read(database.appUrl), "Q6 has not been called").to.equal(undefined);
    expect(await read(database.appUrl, shares)).to.deep.equal({
      ...{ source: "share headers", of: { Q1: 7, Q1b: 7, Q3: 7, Q4: 7, Q6: 7 } },
    });
    await run({ Q6: 20 });
    // Q1 and Q1b differ by a constant alone, which pg_stat_statements does not tell apart.
    const of = { Q1: 2, Q1b: 2, Q3: 10, Q4: 5, Q6: 20 };
    const called = await read(database.appUrl, shares);
    expect(called).to.deep.equal({ source: "pg_stat_statements", of });
    expect(await read(), "not seen by the owner").to.equal(undefined);
    await asAdmin((client) => client.query(`GRANT pg_read_all_stats TO ${database.ownerRole}`));
    expect(await read()).to.deep.equal(called);
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

  describe("with a team's own queries", () => {
    let queriesFolder: string;
    setUpEach((undo) => {
      queriesFolder = temporaryFolder("queries");
      undo(() => {
        rmSync(queriesFolder, { recursive: true });
      });
      for (const file of readdirSync(QUERIES).filter((name) => name.endsWith(".sql"))) {
        cpSync(join(QUERIES, file), join(queriesFolder, file));
      }
    });

    const withQuery = (sql: string, parameters = "conversation"): Promise<Capture> => {
      const header = `-- name: Q9\n-- title: ours\n-- parameters: ${parameters}\n`;
      writeFileSync(join(queriesFolder, "q9.sql"), `${header}${sql}\n`);
      return capture(database.ownerUrl, { queriesFolder });
    };

    it("has them beside the others", async () => {
      const { queries } = await withQuery('SELECT count(*) FROM messages\nWHERE "conversationId" = $1;');
      expect(queries.filter(({ query }) => query === "Q9").map(({ rows }) => rows)).to.deep.equal([1, 1, 1]);
      expect(queries.find(({ query }) => query === "Q9")).not.to.have.property("target_ms");
    });

    it("names file and line of a mistake, before anything is measured", async () => {
      for (const [sql, words] of [
        ["SELECT id\nFORM messages\nWHERE true", /q9\.sql:5: syntax error at or near "messages"/],
        ["SELECT 1\nFROM messages\nWHERE conversationid = $1", /q9\.sql:6: column "conversationid" does not/],
        ["SELECT 1", /q9\.sql is not understood: it takes 0 parameters, but "conversation" gives 1/],
        ["SELECT $1; DELETE FROM messages", /q9\.sql: cannot insert multiple commands/],
        ["", /q9\.sql.*: syntax error at end of input/],
      ] as const) {
        const failure = await failureOf(withQuery(sql));
        expect(failure.message, sql).to.match(words);
      }
    });

    it("lets none of them change rows but the one that inserts messages", async () => {
      const failure = await failureOf(withQuery(`UPDATE conversations SET name = 'x' WHERE id = $1`));
      expect(failure.message).to.match(/^The capture was stopped: cannot execute UPDATE in a read-only/);
      expect(failure.message).to.match(/query Q9 in .*q9\.sql:4/);
      expect(await everything()).to.deep.equal(traces);
    });

    it("executes each once before any index is built, and names file, line and query of what fails", async () => {
      const lines: string[] = [];
      const trying = (sql: string): Promise<ExpectedError> => {
        writeFileSync(
          join(queriesFolder, "q9.sql"),
          `\uFEFF-- name: Q9\n-- title: ours\n-- parameters: user\n${sql}`,
        );
        const options = { seed: "a", queriesFolder, log: (line: string) => lines.push(line) };
        return failureOf(runExperiment(database.ownerUrl, options));
      };
      for (const [sql, words] of [
        ["SELECT 1 / (length($1) - length($1))", /division by zero, by the hot query Q9 in .*q9\.sql:4\./],
        ["SELECT 1\nWHERE $1::int > 0", /invalid input syntax for type integer.* Q9 in .*q9\.sql:\d/],
        ["SELECT set_config('a.b', $1, false)\nFROM pg_sleep(0), users FOR UPDATE", /Q9 in .*q9\.sql:\d/],
        [
          "SELECT id FROM messages WHERE $1 <> '' AND random() < 0.5",
          /Q9 in .*q9\.sql is not deterministic: .* returned \d+ rows, then \d+/,
        ],
      ] as const) {
        expect((await trying(sql)).message, sql).to.match(words);
      }
      expect(lines.join()).not.to.include("built");
      expect(await everything()).to.deep.equal(traces);
    });

    it("names a query that returns other rows each time, and measures it", async () => {
      const lines: string[] = [];
      writeFileSync(
        join(queriesFolder, "q9.sql"),
        "-- name: Q9\n-- title: ours\n-- parameters: user\nSELECT random() WHERE $1 <> ''",
      );
      const { queries } = await capture(database.ownerUrl, {
        queriesFolder,
        log: (line) => lines.push(line),
      });
      expect(lines.join("\n")).to.match(/Q9 \(.*q9\.sql\) is not deterministic/);
      expect(queries.map(({ query }) => query)).to.include("Q9");
    });
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
