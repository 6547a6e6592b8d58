import { readFileSync } from "node:fs";
import { expect } from "chai";
import { Client } from "pg";
import { setUp } from "../support/fixture";
import {
  alteredSettings,
  type Neighbourhood,
  neighbourhood,
  settleNeighbour,
} from "../support/neighbourhood";
import { type CommandResult, small, TestProject } from "../support/project";
import { holdRoles } from "../support/statement-watch";
import { SystemServer } from "../support/system-server";

const own = ["chat_perf_dev", "chat_perf_dev_owner", "perf_dev_user"];

describe("a stack on an existing server", function () {
  this.timeout(900_000);
  let server: SystemServer;
  let project: TestProject;
  let untouched: Neighbourhood;
  let altered: string[];

  setUp(async (undo) => {
    server = await SystemServer.start();
    undo(() => server.stop());
    project = TestProject.create();
    undo(() => project.dispose("dev"));
    await settleNeighbour(server);
    untouched = await neighbourhood(server, own);
    altered = alteredSettings(server);
    project.configure("dev", {
      target: "existing",
      host: server.host,
      port: server.port,
      sslmode: "disable",
      ...small,
    });
    await project.pulumi("stack", "init", "dev");
    const { adminPassword } = server;
    await project.pulumi("config", "set", "--secret", "adminPassword", adminPassword, "-s", "dev");
  });

  const up = (...more: string[]): Promise<CommandResult> =>
    project.pulumi("up", "--yes", "--skip-preview", "-s", "dev", ...more);
  const shown = async (name: string): Promise<string> => {
    const [row] = await server.sql<{ value: string; pending: boolean }>(
      `SELECT current_setting(name) AS value, pending_restart AS pending FROM pg_settings WHERE name = '${name}'`,
    );
    return row!.value + (row!.pending ? " (pending)" : "");
  };
  const query = async (sql: string): Promise<object[]> => {
    const client = new Client(await project.output<string>("dev", "DATABASE_URL"));
    await client.connect();
    try {
      return (await client.query<object>(sql)).rows;
    } finally {
      await client.end();
    }
  };
  const neighboursAreTheSame = async (): Promise<void> => {
    expect(await neighbourhood(server, own)).to.deep.equal(untouched);
  };

  it("comes up, lists what waits for a restart, and says how the rest went", async () => {
    // Somebody creates a role of the same name after the inspection, so that the stack's statement waits and fails.
    const held = holdRoles(server.adminUrl, "CREATE ROLE perf_dev_user", 0);
    const failed = await up();
    await held;
    expect(failed.code, failed.output).not.to.equal(0);
    await server.sql("DROP ROLE perf_dev_user");
    const { code, output: rest } = await up();
    const output = failed.output + rest;
    expect(code, output).to.equal(0);
    const log = readFileSync(server.logFile, "utf8");
    expect(log).to.match(
      /ERROR: .*pg_authid_rolname_index[^]*STATEMENT: +CREATE ROLE "perf_dev_user" .*'SCRAM/,
    );
    expect(log).not.to.include(new URL(await project.output<string>("dev", "DATABASE_URL")).password);
    expect(output).to.match(/✓ Connected to PostgreSQL \d+/);
    expect(output).to.match(/✓ Disk space sufficient/);
    expect(output).to.match(/⚠ shared_buffers = 256MB needs a restart of the server/);
    expect(output).to.match(/⚠ Query monitoring is skipped: pg_stat_statements is not preloaded/);
    expect(await query("SELECT count(*)::int FROM messages")).to.deep.equal([{ count: small.messages }]);
    expect(await shown("work_mem")).to.equal("64MB");
    expect(await shown("shared_buffers")).to.match(/^128MB \(pending\)$/);
    await neighboursAreTheSame();
  });

  it("says in its URL how the connection is encrypted", async () => {
    expect(await project.output<string>("dev", "DATABASE_URL")).to.match(/\?sslmode=disable$/);
  });

  it("finds nothing to do as long as nobody restarts the server", async () => {
    const { code, output } = await up("--expect-no-changes");
    expect(code, output).to.equal(0);
  });

  it("proves the settings after the administrator's restart, and has queries monitored", async () => {
    await server.control("restart");
    project.configure("dev", { workMem: "32MB" });
    const { code, output } = await up();
    expect(code, output).to.equal(0);
    expect(output).to.match(/✓ 11 of 11 server settings in force/);
    expect(output).to.match(/✓ Query monitoring enabled/);
    expect(await shown("shared_buffers")).to.equal("256MB");
    const again = await up("--expect-no-changes");
    expect(again.code, again.output).to.equal(0);
    await neighboursAreTheSame();
  });

  it("follows a change of a setting", async () => {
    expect(await shown("work_mem")).to.equal("32MB");
  });

  it("does not overwrite a value that somebody else has set since, and names both values", async () => {
    await server.sql("ALTER SYSTEM SET work_mem = '9MB'");
    project.configure("dev", { workMem: "48MB" });
    const { code, output } = await up();
    expect(code).not.to.equal(0);
    expect(output).to.match(/work_mem to be 48MB, but another user's ALTER SYSTEM has set it to 9MB/);
    await neighboursAreTheSame();
  });

  it("puts back what a refresh has shown", async () => {
    expect((await project.pulumi("refresh", "--yes", "--skip-preview", "-s", "dev")).code).to.equal(0);
    const { code, output } = await up();
    expect(code, output).to.equal(0);
    expect(await shown("work_mem")).to.equal("48MB");
  });

  it("is not destroyed at all as long as a role of its holds something of others", async () => {
    await server.sql("GRANT SELECT ON letters TO perf_dev_user", "neighbour");
    const { code, output } = await project.pulumi("destroy", "--yes", "--skip-preview", "-s", "dev");
    expect(code).not.to.equal(0);
    expect(output)
      .to.include('role "perf_dev_user" has rights on table public.letters in database "neighbour"')
      .and.not.to.match(/ deleted \(/);
    expect(await query("SELECT count(*)::int FROM messages")).to.deep.equal([{ count: small.messages }]);
    await server.sql("REVOKE SELECT ON letters FROM perf_dev_user", "neighbour");
  });

  it("leaves with destroy what was there before, and nothing else", async () => {
    await server.sql("ALTER SYSTEM SET maintenance_work_mem = '70MB'");
    const { code, output } = await project.pulumi("destroy", "--yes", "--skip-preview", "-s", "dev");
    expect(code, output).to.equal(0);
    expect(output).to.match(/maintenance_work_mem since the stack set it\. It is kept as it is: 70MB/);
    await neighboursAreTheSame();
    const left = await server.sql(
      `SELECT rolname FROM pg_roles WHERE rolname LIKE '%perf%' UNION SELECT datname FROM pg_database WHERE datname LIKE '%perf%'`,
    );
    expect(left).to.deep.equal([]);
    expect(alteredSettings(server)).to.deep.equal([...altered, "maintenance_work_mem = '70MB'"].sort());
  });
});
