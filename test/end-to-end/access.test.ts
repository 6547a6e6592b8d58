import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { Client } from "pg";
import { small, TestProject } from "../support/project";

/** What the application role must not get, each with the error that PostgreSQL refuses it with. */
const refused: [what: string, sql: string, message: RegExp][] = [
  ["make a table", "CREATE TABLE intruder (id int)", /permission denied for schema public/],
  [
    "make a temporary table",
    "CREATE TEMPORARY TABLE intruder (id int)",
    /permission denied to create temporary tables/,
  ],
  ["make a schema", "CREATE SCHEMA intruder", /permission denied for database/],
  [
    "make a function",
    "CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1'",
    /permission denied for schema public/,
  ],
  ["make an extension", "CREATE EXTENSION dblink", /permission denied to create extension/],
  ["drop a table", "DROP TABLE messages", /must be owner of table messages/],
  ["alter a table", "ALTER TABLE messages ADD COLUMN x int", /must be owner of table messages/],
  ["make an index", "CREATE INDEX ON messages (id)", /must be owner of table messages/],
  ["drop an index", 'DROP INDEX "messages_senderId_idx"', /must be owner of index/],
  ["truncate", "TRUNCATE attachments", /permission denied for table attachments/],
  [
    "make a trigger",
    "CREATE TRIGGER t BEFORE INSERT ON messages EXECUTE FUNCTION suppress_redundant_updates_trigger()",
    /permission denied for table messages/,
  ],
  ["switch off triggers", "SET session_replication_role = replica", /permission denied to set parameter/],
  ["make a role", "CREATE ROLE intruder", /permission denied to create role/],
  ["raise itself", "ALTER ROLE perf_dev_user SUPERUSER", /permission denied to alter role/],
  ["become the administrator", "SET ROLE postgres", /permission denied to set role "postgres"/],
  ["become the owner", "SET ROLE chat_perf_dev_owner", /permission denied to set role "chat_perf_dev_owner"/],
  [
    "give itself another role",
    "GRANT chat_perf_dev_owner TO perf_dev_user",
    /permission denied to grant role/,
  ],
  ["make a database", "CREATE DATABASE intruder", /permission denied to create database/],
  ["drop the database", "DROP DATABASE postgres", /must be owner of database postgres/],
  ["run a program", "COPY messages FROM PROGRAM 'id'", /permission denied to COPY .*program/],
  ["write a server file", "COPY users TO '/tmp/intruder'", /permission denied to COPY to a file/],
  [
    "read a server file",
    "SELECT pg_read_file('postgresql.conf')",
    /permission denied for function pg_read_file/,
  ],
  ["list server files", "SELECT pg_ls_dir('.')", /permission denied for function pg_ls_dir/],
  [
    "read pg_hba",
    "SELECT * FROM pg_hba_file_rules",
    /permission denied for (view|function) pg_hba_file_rules/,
  ],
  ["read password hashes", "SELECT * FROM pg_authid", /permission denied for table pg_authid/],
  [
    "change server settings",
    "ALTER SYSTEM SET work_mem = '1GB'",
    /permission denied to set parameter|must be superuser/,
  ],
  ["reload the configuration", "SELECT pg_reload_conf()", /permission denied for function pg_reload_conf/],
  [
    "end another's session",
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'postgres' OR backend_type = 'checkpointer'",
    /permission denied to (terminate process|signal)/,
  ],
  [
    "reset statistics",
    "SELECT pg_stat_statements_reset()",
    /permission denied for function pg_stat_statements_reset/,
  ],
  [
    "rewrite the migration history",
    "DELETE FROM _prisma_migrations",
    /permission denied for table _prisma_migrations/,
  ],
  ["touch the load ledger", "SELECT * FROM chat_perf.shard", /permission denied for schema chat_perf/],
];

describe("what a running stack gives its users", function () {
  this.timeout(600_000);
  let project: TestProject;
  let url: string;
  const commandLines = new Set<string>();

  before(async () => {
    project = TestProject.create();
    project.configure("dev", small);
    await project.pulumi("stack", "init", "dev");
    const stopWatching = watchCommandLines(commandLines);
    const { code, output } = await project.pulumi("up", "--yes", "--skip-preview", "-s", "dev");
    stopWatching();
    expect(code, output).to.equal(0);
    url = await project.output("dev", "DATABASE_URL");
  });
  after(() => project.dispose("dev"));

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

  it("gives DATABASE_URL to psql", async () => {
    const { code, output } = await project.run("psql", [url, "-Atc", "SELECT count(*) FROM messages"]);
    expect(code, output).to.equal(0);
    expect(output.trim()).to.equal(String(small.messages));
  });

  it("gives a connection script that runs the monitoring queries", async () => {
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
                      'log_autovacuum_min_duration', 'max_wal_size', 'wal_buffers', 'shared_preload_libraries') ORDER BY name`,
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
      max_wal_size: "8GB",
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
        // The process ended meanwhile.
      }
    }
  }, 50);
  return () => {
    clearInterval(timer);
  };
}
