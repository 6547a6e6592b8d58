import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { Client } from "pg";
import { setUp } from "../support/fixture";
import { skipWithout } from "../support/needs";
import { small, TestProject } from "../support/project";
import { refused } from "../support/refusals";

describe("what a running stack gives its users", function () {
  this.timeout(600_000);
  let project: TestProject;
  let url: string;
  const commandLines = new Set<string>();

  setUp(async (undo) => {
    project = TestProject.create();
    undo(() => project.dispose("dev"));
    project.configure("dev", small);
    await project.pulumi("stack", "init", "dev");
    const stopWatching = watchCommandLines(commandLines);
    const { code, output } = await project.pulumi("up", "--yes", "--skip-preview", "-s", "dev");
    stopWatching();
    expect(code, output).to.equal(0);
    url = await project.output("dev", "DATABASE_URL");
  });

  const query = async <Row extends object>(sql: string, target = url): Promise<Row[]> => {
    const client = new Client(target);
    await client.connect();
    try {
      return (await client.query<Row>(sql)).rows;
    } finally {
      await client.end();
    }
  };
  const messageOf = (work: Promise<unknown>): Promise<string> =>
    work.then(
      () => "(it was allowed)",
      (error: unknown) => (error as Error).message,
    );

  describe("the application role", () => {
    for (const [what, sql, message] of refused) {
      it(`may not ${what}`, async () => {
        expect(await messageOf(query(sql))).to.match(message);
      });
    }

    it("may not connect to another database", async () => {
      for (const other of ["postgres", "template1"]) {
        const elsewhere = new URL(url);
        elsewhere.pathname = other;
        expect(await messageOf(query("SELECT 1", elsewhere.href))).to.match(/pg_hba\.conf|permission denied/);
      }
    });

    it("may not connect without its password", async () => {
      const wrong = new URL(url);
      wrong.password = "wrong";
      expect(await messageOf(query("SELECT 1", wrong.href))).to.match(/password authentication failed/);
    });

    it("may read, insert, update and delete rows", async () => {
      const client = new Client(url);
      await client.connect();
      await client.query("BEGIN");
      const ids = `'ctest0000000000000000000', 'syn_test@example.com', 'syn_test', now()`;
      await client.query(`INSERT INTO users (id, email, username, "updatedAt") VALUES (${ids})`);
      await client.query(`UPDATE users SET bio = 'x' WHERE username = 'syn_test'`);
      const { rows } = await client.query<{ bio: string }>(
        `SELECT bio FROM users WHERE username = 'syn_test'`,
      );
      const { rowCount } = await client.query(`DELETE FROM users WHERE username = 'syn_test'`);
      await client.query("ROLLBACK");
      await client.end();
      expect(rows).to.deep.equal([{ bio: "x" }]);
      expect(rowCount).to.equal(1);
    });
  });

  it("gives DATABASE_URL to psql", async function () {
    await skipWithout(this, "psql");
    const { code, output } = await project.run("psql", [url, "-Atc", "SELECT count(*) FROM messages"]);
    expect(code, output).to.equal(0);
    expect(output.trim()).to.equal(String(small.messages));
  });

  it("gives a connection script that runs the monitoring queries", async function () {
    await skipWithout(this, "psql");
    const { code, output } = await project.run(".secrets/connect-dev.sh", ["-f", ".secrets/monitor-dev.sql"]);
    expect(code, output).to.equal(0);
    expect(output).not.to.match(/ERROR/);
    expect(output.match(/^\(\d+ rows?\)$/gm)).to.have.length(4);
  });

  it("gives environment variables that a shell can load", async () => {
    const { output } = await project.run("sh", ["-c", '. .secrets/.env.dev && printf %s "$DATABASE_URL"']);
    expect(output).to.equal(url);
  });

  it("has the band's settings in force, none by command line", async () => {
    const rows = await query<{ name: string; setting: string; source: string }>(
      `SELECT name, current_setting(name) AS setting, source FROM pg_settings
       WHERE name IN ('work_mem', 'shared_buffers', 'maintenance_work_mem', 'autovacuum_vacuum_scale_factor',
                      'autovacuum_analyze_scale_factor', 'autovacuum_vacuum_cost_limit', 'log_min_duration_statement',
                      'log_autovacuum_min_duration', 'max_connections', 'max_wal_size', 'wal_buffers', 'shared_preload_libraries') ORDER BY name`,
      await project.output("dev", "MIGRATION_DATABASE_URL"),
    );
    expect(Object.fromEntries(rows.map(({ name, setting }) => [name, setting]))).to.include({
      work_mem: "64MB",
      shared_buffers: "256MB",
      maintenance_work_mem: "128MB",
      autovacuum_vacuum_scale_factor: "0.05",
      autovacuum_analyze_scale_factor: "0.02",
      autovacuum_vacuum_cost_limit: "2000",
      log_min_duration_statement: "1s",
      log_autovacuum_min_duration: "0",
      max_connections: "200",
      max_wal_size: "4GB",
      wal_buffers: "64MB",
    });
  });

  it("shows no password in state, output, server log, statistics or process arguments", async () => {
    const passwords = [url, await project.output<string>("dev", "MIGRATION_DATABASE_URL")].map(
      (each) => new URL(each).password,
    );
    const revealed = await project.pulumi("stack", "export", "-s", "dev", "--show-secrets");
    const admin = /postgresql:\/\/postgres:(\w{32})@/.exec(revealed.stdout)?.[1];
    expect(admin).to.be.a("string");
    const { stdout: state } = await project.pulumi("stack", "export", "-s", "dev");
    const { deployment } = JSON.parse(state) as {
      deployment: { resources: { type: string; outputs?: Record<string, string> }[] };
    };
    const server = deployment.resources.find(({ type }) => type.endsWith("chatperf:EmbeddedServer"));
    const log = readFileSync(server?.outputs?.logFile ?? "", "utf8");
    const transcript = project.transcript.replaceAll(revealed.output, "");
    for (const password of [...passwords, admin!]) {
      expect(password).to.match(/^[A-Za-z0-9]{32}$/);
      expect(state, "state").not.to.include(password);
      expect(log, "server log").not.to.include(password);
      expect([...commandLines].join("\n"), "process arguments").not.to.include(password);
      for (const [index, text] of transcript.split("DATABASE_URL").entries()) {
        if (index === 0) expect(text, "output of up").not.to.include(password);
      }
    }
  });

  it("gives both roles new passwords when passwordVersion is raised, and keeps the dataset", async () => {
    project.configure("dev", { passwordVersion: 2 });
    const { code, output } = await project.pulumi("up", "--yes", "--skip-preview", "-s", "dev");
    expect(code, output).to.equal(0);
    expect(output).not.to.match(/chatperf:Dataset\s+dev-dataset\s+(updat|replac|creat|delet)/);
    expect(await messageOf(query("SELECT 1"))).to.match(/password authentication failed/);
    url = await project.output("dev", "DATABASE_URL");
    expect(await query("SELECT count(*)::int AS count FROM messages")).to.deep.equal([
      { count: small.messages },
    ]);
    expect(readFileSync(join(project.folder, ".secrets/.env.dev"), "utf8")).to.include(url);
  });
});

/** Collects the command lines of all processes until the returned function is called. */
function watchCommandLines(seen: Set<string>): () => void {
  const timer = setInterval(() => {
    for (const pid of readdirSync("/proc").filter((name) => /^\d+$/.test(name))) {
      try {
        seen.add(readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " "));
      } catch {
        // The process has ended meanwhile.
      }
    }
  }, 50);
  return () => {
    clearInterval(timer);
  };
}
