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
      ...{ directory: join(folder, ".secrets"), stack: "dev" },
      ...{ databaseUrl: database.appUrl, migrationUrl: database.ownerUrl },
    });
  });

  it("monitor as the application role, with four results and nothing hidden", async () => {
    await withClient(database.appUrl, async (client) => {
      await client.query("SELECT count(*) FROM messages");
      const results = (await client.query(readFileSync(files.monitor, "utf8"))) as unknown as QueryResult<
        Record<string, unknown>
      >[];
      const [slow, tables, indexes, vacuums] = results.map(({ rows }) => rows);
      expect(results).to.have.lengthOf(4);
      expect(slow!.map(({ query }) => query)).to.include("SELECT count(*) FROM messages");
      expect(slow!.map(({ query }) => query)).not.to.include("<insufficient privilege>");
      expect(tables!.map(({ tablename }) => tablename)).to.include.members([
        "messages",
        "conversation_users",
      ]);
      expect(indexes!.map(({ indexname }) => indexname)).to.include("messages_conversationId_idx");
      expect(vacuums!.map(({ relname }) => relname)).to.include("messages");
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
});
