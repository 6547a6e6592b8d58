import { rmSync } from "node:fs";
import { join } from "node:path";
import { setImmediate } from "node:timers/promises";
import { expect } from "chai";
import { Client } from "pg";
import { chatDatasetSql } from "../support/chat-dataset";
import { chatSchema } from "../support/chat-schema";
import { execute } from "../support/database-copies";
import { setUp, setUpEach } from "../support/fixture";
import { startTestServer, temporaryFolder, type TestDatabase } from "../support/server";
import { VerifyRun } from "../support/verify-run";

/** The kinds of interruption: of the program, of its session, or of the running statement. */
type Victim = "program" | "session" | "statement";

/** A moment, identified by the statement that the server executes or has just executed. */
interface Moment {
  name: string;
  statement: RegExp;
  victims: Victim[];
  /** A lock that makes a short statement wait until it is observed. */
  behind?: string;
}

/** Reads continue, and an insert waits for the row of its foreign key. */
const senders = "users IN EXCLUSIVE MODE";
const all: Victim[] = ["program", "session", "statement"];
const runs: { option: string; moments: Moment[] }[] = [
  {
    option: "--pre-optimization",
    moments: [
      {
        name: "the indexes are looked at",
        statement: /pg_get_indexdef/,
        victims: ["program"],
        behind: "messages IN ACCESS EXCLUSIVE MODE",
      },
      { name: "the rows are read", statement: /^SELECT count\(\*\) FROM/, victims: ["session"] },
      { name: "the parameters are drawn", statement: /ranked AS MATERIALIZED/, victims: ["statement"] },
      { name: "a query is measured", statement: /^-- name: Q4/, victims: all },
      { name: "messages are inserted", statement: /^-- name: Q2/, victims: all, behind: senders },
      { name: "plans are explained", statement: /^EXPLAIN/, victims: ["program"] },
    ],
  },
  {
    option: "--ab",
    moments: [
      {
        name: "the tables are locked",
        statement: /^LOCK TABLE/,
        victims: ["program"],
        behind: "messages IN ACCESS SHARE MODE",
      },
      { name: "indexes are built", statement: /^(CREATE|COMMENT ON) INDEX/, victims: all },
      { name: "indexes are dropped for a turn", statement: /^DROP INDEX/, victims: all },
      { name: "messages are inserted", statement: /^-- name: Q2/, victims: all, behind: senders },
      { name: "a turn is taken back", statement: /^ROLLBACK TO/, victims: ["session"] },
    ],
  },
];

describe("a measurement that is interrupted", () => {
  let database: TestDatabase;
  let untouched: unknown;
  let folder: string;
  let watcher: Client;
  let holder: Client;
  let run: VerifyRun;

  setUp(async (undo) => {
    folder = temporaryFolder("interruptions");
    undo(() => {
      rmSync(folder, { recursive: true });
    });
    database = await (await startTestServer()).createDatabase();
    undo(() => database.drop());
    await execute(database.ownerUrl, chatDatasetSql());
    watcher = new Client(database.adminUrl);
    undo(() => watcher.end());
    await watcher.connect();
    holder = new Client(database.adminUrl);
    undo(() => holder.end());
    await holder.connect();
    untouched = await everything();
  });
  // A failed test must not leave a run for the next test.
  setUpEach((undo) => {
    undo(async () => {
      run.kill();
      await run.ending;
      await holder.query("ROLLBACK");
    });
  });

  const tables = ["users", "conversations", "conversation_users", "messages", "attachments", "message_reads"];

  /** Rows, schema, settings and relations, as they are now. */
  async function everything(): Promise<unknown> {
    const read = async (sql: string): Promise<unknown[]> => (await watcher.query<object>(sql)).rows;
    const rows = tables.map(
      (table) => `SELECT count(*), md5(string_agg(t::text, '' ORDER BY id)) FROM ${table} t`,
    );
    return {
      rows: await read(rows.join(" UNION ALL ")),
      schema: await chatSchema(database.ownerUrl),
      relations: await read("SELECT oid, relname FROM pg_class WHERE relkind <> 't' ORDER BY oid"),
      settings: await read("SELECT setdatabase, setrole, setconfig FROM pg_db_role_setting"),
      files: await read("SELECT name, setting FROM pg_file_settings ORDER BY seqno"),
    };
  }

  /** Waits until a session of the run is at the statement. */
  async function reached(statement: RegExp, run: VerifyRun): Promise<void> {
    const over = endOf(run);
    while (!over.aborted) {
      if ((await sessions()).some(({ query }) => statement.test(query))) return;
      await setImmediate();
    }
    throw new Error(`The run was over before the moment came: ${(await run.ending).output}`);
  }

  function endOf({ ending }: VerifyRun): AbortSignal {
    const over = new AbortController();
    void ending.then(() => {
      over.abort();
    });
    return over.signal;
  }

  async function sessions(): Promise<{ pid: number; query: string }[]> {
    const { rows } = await watcher.query<{ pid: number; query: string }>(
      "SELECT pid, query FROM pg_stat_activity WHERE usename = $1 AND application_name = 'chat-perf'",
      [database.ownerRole],
    );
    return rows;
  }

  const stop: Record<Victim, (run: VerifyRun) => Promise<void> | void> = {
    program: (run) => {
      run.kill();
    },
    session: (run) => untilOver(run, "pg_terminate_backend"),
    statement: (run) => untilOver(run, "pg_cancel_backend"),
  };

  /**
   * Repeats the interruption, because between two statements there is nothing to cancel, and a session may have just
   * ended.
   */
  async function untilOver(run: VerifyRun, how: string): Promise<void> {
    const over = endOf(run);
    while (!over.aborted) {
      for (const { pid } of await sessions()) await watcher.query(`SELECT ${how}($1)`, [pid]);
      await setImmediate();
    }
  }

  for (const { option, moments } of runs) {
    for (const { name, statement, victims, behind } of moments) {
      for (const victim of victims) {
        it(`leaves the database as it was: ${option}, ${name}, ${victim} stopped`, async () => {
          if (behind !== undefined) await holder.query(`BEGIN; LOCK TABLE ${behind}`);
          run = new VerifyRun(
            database.ownerUrl,
            ...[option, "--blocks", "10", "--output", join(folder, "pre.json")],
          );
          await reached(statement, run);
          await stop[victim](run);
          await holder.query("ROLLBACK");
          const { code, output } = await run.ending;
          if (victim === "program") expect(code).to.equal(null);
          else {
            expect(code, output).to.equal(3);
            expect(output)
              .to.match(/\n?The (capture|experiment) was stopped: /)
              .and.not.to.match(/^\s+at /m);
          }
          while ((await sessions()).length > 0) await setImmediate();
          expect(await everything()).to.deep.equal(untouched);
        });
      }
    }
  }

  it("can be measured again afterwards", async () => {
    run = new VerifyRun(database.ownerUrl, "--ab", "--blocks=10", "--passes=1");
    const { code, output } = await run.ending;
    expect(code, output).to.be.within(0, 2);
    expect(await everything()).to.deep.equal(untouched);
  });
});
