import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { Client } from "pg";
import { setUp } from "../support/fixture";
import { small, TestProject, type CommandResult } from "../support/project";

describe("drift: what somebody changed by hand", function () {
  this.timeout(600_000);
  let project: TestProject;
  let adminUrl: string;
  let databaseUrl: string;

  setUp(async (undo) => {
    project = TestProject.create();
    undo(() => project.dispose("dev"));
    project.configure("dev", small);
    await project.pulumi("stack", "init", "dev");
    expect((await up()).code).to.equal(0);
    const { stdout } = await project.pulumi("stack", "export", "-s", "dev", "--show-secrets");
    adminUrl = /postgresql:\/\/postgres:\w{32}@[\d.]+:\d+/.exec(stdout)![0];
    databaseUrl = await project.output("dev", "DATABASE_URL");
  });

  const up = (...more: string[]): Promise<CommandResult> =>
    project.pulumi("up", "--yes", "--skip-preview", "-s", "dev", ...more);
  const refresh = (): Promise<CommandResult> =>
    project.pulumi("refresh", "--yes", "--skip-preview", "-s", "dev");
  const administer = async <Row extends object>(...statements: string[]): Promise<Row[]> => {
    const client = new Client(`${adminUrl}/chat_perf_dev`);
    await client.connect();
    try {
      // In the stack's database the administrator's names mean PostgreSQL's own objects only.
      await client.query("SET search_path = public");
      let rows: Row[] = [];
      for (const sql of statements) rows = (await client.query<Row>(sql)).rows;
      return rows;
    } finally {
      await client.end();
    }
  };
  const isClean = async (): Promise<void> => {
    const { code, output } = await up("--expect-no-changes");
    expect(code, output).to.equal(0);
  };

  it("a setting is seen by refresh and put back by up", async () => {
    await administer("ALTER SYSTEM SET work_mem = '5MB'", "SELECT pg_reload_conf()");
    const seen = await refresh();
    expect(seen.output).to.match(/chatperf:Setting dev-settings-work_mem updated/);
    const repaired = await up();
    expect(repaired.code, repaired.output).to.equal(0);
    expect(await administer("SHOW work_mem")).to.deep.equal([{ work_mem: "64MB" }]);
    await isClean();
  });

  it("grants and role attributes are seen by refresh and put back by up", async () => {
    await administer(
      "REVOKE CONNECT ON DATABASE chat_perf_dev FROM perf_dev_user",
      "REVOKE UPDATE ON messages FROM perf_dev_user",
      "ALTER ROLE perf_dev_user CREATEDB",
      "ALTER ROLE perf_dev_user SET statement_timeout TO '5s'",
      "ALTER ROLE perf_dev_user IN DATABASE chat_perf_dev RESET search_path",
      "GRANT CONNECT ON DATABASE chat_perf_dev TO PUBLIC",
    );
    const seen = await refresh();
    expect(seen.output).to.match(/index:Grant dev-database-connect updated/);
    expect(seen.output).to.match(/index:Grant dev-schema-rows updated/);
    expect(seen.output).to.match(/index:Role dev-database-role updated/);
    expect(seen.output).to.match(/chatperf:RoleSettings dev-database-role-settings updated/);
    const repaired = await up();
    expect(repaired.code, repaired.output).to.equal(0);
    const [rights] = await administer(
      `SELECT has_database_privilege('perf_dev_user', 'chat_perf_dev', 'CONNECT') AS connect,
              has_table_privilege('perf_dev_user', 'messages', 'UPDATE') AS update,
              (SELECT rolcreatedb FROM pg_roles WHERE rolname = 'perf_dev_user') AS createdb,
              has_database_privilege('public', 'chat_perf_dev', 'CONNECT') AS public`,
    );
    expect(rights).to.deep.equal({ connect: true, update: true, createdb: false, public: false });
    expect(
      await administer(
        `SELECT setdatabase <> 0 AS "inDatabase", setconfig AS settings FROM pg_db_role_setting
          WHERE setrole = 'perf_dev_user'::regrole`,
      ),
    ).to.deep.equal([
      {
        inDatabase: true,
        settings: [
          "idle_in_transaction_session_timeout=60000",
          "statement_timeout=60000",
          "search_path=public",
        ],
      },
    ]);
    await isClean();
  });

  it("a changed password is found by trying, with the way to mend it", async () => {
    await administer("ALTER ROLE perf_dev_user PASSWORD 'another'");
    expect((await refresh()).output).to.match(/chatperf:Login dev-database-login updated/);
    const failed = await up();
    expect(failed.code).not.to.equal(0);
    expect(failed.output)
      .to.match(/password authentication failed/)
      .and.to.match(/passwordVersion/);
    project.configure("dev", { passwordVersion: 2 });
    expect((await up()).code).to.equal(0);
    databaseUrl = await project.output("dev", "DATABASE_URL");
    await isClean();
  });

  it("a deleted access file is written again", async () => {
    const file = join(project.folder, ".secrets/.env.dev");
    const before = readFileSync(file, "utf8");
    await project.run("rm", [file]);
    expect((await up()).code).to.equal(0);
    expect(readFileSync(file, "utf8")).to.equal(before);
  });

  it("a killed server comes back with its port and its rows", async () => {
    await administer("CHECKPOINT");
    const [row] = await administer<{ directory: string }>(
      "SELECT current_setting('data_directory') AS directory",
    );
    const pid = Number(readFileSync(join(row!.directory, "postmaster.pid"), "utf8").split("\n")[0]);
    process.kill(pid, "SIGKILL");
    const back = await up();
    expect(back.code, back.output).to.equal(0);
    const client = new Client(databaseUrl);
    await client.connect();
    const { rows } = await client.query("SELECT count(*)::int AS count FROM messages");
    await client.end();
    expect(rows).to.deep.equal([{ count: small.messages }]);
    await isClean();
  });

  it("changed rows are reported, kept, and loaded again only on request", async () => {
    await administer(`DELETE FROM messages WHERE id IN (SELECT id FROM messages ORDER BY id DESC LIMIT 3)`);
    expect((await refresh()).output).to.match(/chatperf:Dataset dev-dataset updated/);
    const left = await up();
    expect(left.code, left.output).to.equal(0);
    expect(left.output)
      .to.match(/have changed since they were generated/)
      .and.to.match(/datasetVersion/);
    expect(
      (await project.output<{ counts: { messages: number } }>("dev", "dataset")).counts.messages,
    ).to.equal(small.messages - 3);

    project.configure("dev", { datasetVersion: 2 });
    const reloaded = await up();
    expect(reloaded.code, reloaded.output).to.equal(0);
    expect(
      (await project.output<{ counts: { messages: number } }>("dev", "dataset")).counts.messages,
    ).to.equal(small.messages);
    await isClean();
  });

  it("a dataset that is loaded again is validated again, although its rows are the same", async () => {
    const before = await project.output<{ validation_timestamp: string }>("dev", "report");
    project.configure("dev", { datasetVersion: 3 });
    const reloaded = await up();
    expect(reloaded.code, reloaded.output).to.equal(0);
    const after = await project.output<{ validation_timestamp: string }>("dev", "report");
    expect(after.validation_timestamp).not.to.equal(before.validation_timestamp);
    await isClean();
  });

  it("a critical failure fails the update, names the check, exports the report and keeps the dataset", async () => {
    const [user] = await administer<{ id: string; email: string }>(
      "SELECT id, email FROM users ORDER BY id LIMIT 1",
    );
    await administer(`UPDATE users SET email = 'jane.doe@gmail.com' WHERE id = '${user!.id}'`);
    await refresh();
    const failed = await up();
    expect(failed.code).not.to.equal(0);
    expect(failed.output).to.match(/PII/).and.not.to.include("jane.doe");
    expect(await project.output("dev", "verdict")).to.equal("FAIL");
    expect(await project.output("dev", "readyForPhase2")).to.equal(false);

    await administer(`UPDATE users SET email = '${user!.email}' WHERE id = '${user!.id}'`);
    const mended = await up();
    expect(mended.code, mended.output).to.equal(0);
    expect(mended.output).not.to.match(/chatperf:Dataset dev-dataset (replac|creat|delet)/);
    expect(await project.output("dev", "verdict")).to.equal("PASS");
  });
});
