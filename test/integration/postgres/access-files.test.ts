import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect } from "chai";
import type { QueryResult } from "pg";
import { type AccessPaths, writeAccessFiles } from "../../../postgres/access-files";
import { withClient } from "../../../postgres/connection";
import { setUp } from "../../support/fixture";
import { skipWithout } from "../../support/needs";
import { startTestServer, type TestDatabase } from "../../support/server";

const run = promisify(execFile);

describe("access files of a real database", () => {
  let folder: string;
  let database: TestDatabase;
  let files: AccessPaths;

  setUp(async (undo) => {
    folder = mkdtempSync(join(tmpdir(), "chat-perf-access-"));
    undo(() => {
      rmSync(folder, { recursive: true });
    });
    database = await (await startTestServer()).createDatabase();
    undo(() => database.drop());
    files = writeAccessFiles({
      directory: join(folder, ".secrets"),
      stack: "dev",
      databaseUrl: database.appUrl,
      migrationUrl: database.ownerUrl,
    });
  });

  it("monitor as the application role, with four results and nothing hidden", async () => {
    await withClient(database.appUrl, async (client) => {
      await client.query("SELECT count(*) FROM messages");
      // psql's own commands are left out.
      const sql = readFileSync(files.monitor, "utf8")
        .replace(/^SELECT.*\\gset$/m, "")
        .replaceAll(/^\\.*$/gm, "");
      const results = (await client.query(sql)) as unknown as QueryResult<Record<string, unknown>>[];
      const [slow, tables, indexes, vacuums] = results.map(({ rows }) => rows);
      expect(results).to.have.lengthOf(4);
      expect(slow!.map(({ query }) => query)).to.include("SELECT count(*) FROM messages");
      expect(slow!.map(({ query }) => query)).not.to.include("<insufficient privilege>");
      expect(tables!.map(({ tablename }) => tablename)).to.include.members([
        "messages",
        "conversation_users",
      ]);
      expect(indexes!.map(({ indexname }) => indexname)).to.include("messages_conversationId_idx");
      expect(vacuums!.map(({ tablename }) => tablename)).to.include("messages");
    });
  });

  it("connect by psql from any folder, whatever the caller's environment says", async function () {
    await skipWithout(this, "psql");
    const { stdout } = await run(files.connect, ["-XAtc", "SELECT current_user, current_database()"], {
      cwd: tmpdir(),
      env: {
        ...process.env,
        PGHOSTADDR: "192.0.2.1",
        PGSSLMODE: "require",
        PGDATABASE: "elsewhere",
        PGTARGETSESSIONATTRS: "standby",
        PGREQUIREAUTH: "gss",
        PGCLIENTENCODING: "wrong",
      },
    });
    expect(stdout).to.equal(`${database.appRole}|${database.name}\n`);
  });

  it("print the four results by psql without an error", async function () {
    await skipWithout(this, "psql");
    const { stdout, stderr } = await run(files.connect, ["-X", "-v", "ON_ERROR_STOP=1", "-f", files.monitor]);
    expect(stderr).to.equal("");
    expect(stdout.match(/^\(\d+ rows?\)$/gm)).to.have.lengthOf(4);
  });

  it("fit 120 columns, whatever the queries, and say so where queries are not monitored", async function () {
    await skipWithout(this, "psql");
    await withClient(database.appUrl, (client) =>
      client.query(`SELECT count(*) FROM messages WHERE id IN (${"'a', ".repeat(100)}'b')`),
    );
    await withClient(database.ownerUrl, (client) =>
      client.query(`CREATE INDEX ${"a_long_name_".repeat(5)} ON messages (id)`),
    );
    const monitor = ["-X", "-v", "ON_ERROR_STOP=1", "-f", files.monitor];
    const { stdout } = await run(files.connect, monitor);
    for (const line of stdout.split("\n")) expect(line.length, line).to.be.at.most(120);
    // As on a server where the stack could not install the extension.
    const without = await run(files.connect, ["-c", "SET search_path = pg_catalog", ...monitor]);
    expect(without.stderr).to.equal("");
    expect(without.stdout).to.include("Slow queries are not shown");
  });
});
