import { cpSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { loadDataset } from "../../generator/load";
import type { Capture } from "../../phase2/capture";
import { runExperiment } from "../../phase2/experiment";
import { readFrequencies } from "../../phase2/queries/frequencies";
import { QUERIES, readHotQueries } from "../../phase2/queries/query-files";
import { withClient } from "../../postgres/connection";
import { setUp } from "../support/fixture";
import { setUpEach } from "../support/fixture";
import type { ExpectedError } from "../../common/errors";
import { failureOf } from "../support/rejection";
import { startTestServer, temporaryFolder, type TestDatabase } from "../support/server";
import { everythingIn, measuredSpec, smallCapture } from "../support/phase2-captures";

const silent = (): void => undefined;

describe("a capture", () => {
  let database: TestDatabase;
  let traces: unknown;
  const everything = (): Promise<unknown> => everythingIn(database);

  setUp(async (undo) => {
    database = await (await startTestServer()).createDatabase();
    undo(() => database.drop());
    const size = { messages: 10_000, users: 200, conversations: 100 };
    await loadDataset(database.ownerUrl, { ...measuredSpec, ...size }, silent);
    traces = await everything();
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
      return smallCapture(database.ownerUrl, { queriesFolder });
    };

    it("has them in addition to the others", async () => {
      const { queries } = await withQuery('SELECT count(*) FROM messages\nWHERE "conversationId" = $1;');
      expect(queries.filter(({ query }) => query === "Q9").map(({ rows }) => rows)).to.deep.equal([1, 1, 1]);
      expect(queries.find(({ query }) => query === "Q9")).not.to.have.property("target_ms");
    });

    it("names file and line of a mistake, before anything is measured", async () => {
      for (const [sql, words] of [
        ["SELECT id\nFORM messages\nWHERE true", /q9\.sql:5: syntax error at or near "messages"/],
        ["SELECT 1\nFROM messages\nWHERE conversationid = $1", /q9\.sql:6: column "conversationid" does not/],
        ["SELECT 1", /q9\.sql cannot be read: it takes 0 parameters, but "conversation" gives 1/],
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
      const { queries } = await smallCapture(database.ownerUrl, {
        queriesFolder,
        log: (line) => lines.push(line),
      });
      expect(lines.join("\n")).to.match(/Q9 \(.*q9\.sql\) is not deterministic/);
      expect(queries.map(({ query }) => query)).to.include("Q9");
    });
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
      source: "share headers",
      of: { Q1: 7, Q1b: 7, Q3: 7, Q4: 7, Q6: 7 },
    });
    await run({ Q6: 20 });
    // Q1 and Q1b differ by a constant alone, which pg_stat_statements does not tell apart.
    const of = { Q1: 2, Q1b: 2, Q3: 10, Q4: 5, Q6: 20 };
    const called = await read(database.appUrl, shares);
    expect(called).to.deep.equal({ source: "pg_stat_statements", of });
    expect(await read(), "not seen by the owner").to.equal(undefined);
    await withClient(database.adminUrl, (client) =>
      client.query(`GRANT pg_read_all_stats TO ${database.ownerRole}`),
    );
    expect(await read()).to.deep.equal(called);
  });
});
