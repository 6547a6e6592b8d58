import { expect } from "chai";
import { Client, DatabaseError } from "pg";
import { setUp } from "./fixture";
import { needs } from "./needs";
import type { Place } from "./place";
import { type CommandResult, small, TestProject } from "./project";
import { refused } from "./refusals";
import { holdRoles, StatementWatch, statementsOnRoles } from "./statement-watch";

const INSUFFICIENT_PRIVILEGE = "42501";

/** The tests of a stack that are the same for every target. */
export function behaviours(place: Place): void {
  describe(`a stack on ${place.name}`, function () {
    this.timeout(600_000);
    let project: TestProject;
    let adminUrl: string;
    let databaseUrl: string;

    needs(...place.needs);
    setUp(async (undo) => {
      const { config, adminPassword } = await place.prepare(undo);
      project = TestProject.create();
      undo(() => project.dispose("dev"));
      project.configure("dev", { ...small, ...config });
      await project.pulumi("stack", "init", "dev");
      if (adminPassword !== undefined)
        await project.pulumi("config", "set", "--secret", "adminPassword", adminPassword, "-s", "dev");
    });

    const up = (...more: string[]): Promise<CommandResult> =>
      project.pulumi("up", "--yes", "--skip-preview", "-s", "dev", ...more);
    const succeeds = async (run: Promise<CommandResult>): Promise<CommandResult> => {
      const result = await run;
      expect(result.code, result.output).to.equal(0);
      return result;
    };
    const query = async <Row extends object>(url: string, sql: string): Promise<Row[]> => {
      const client = new Client(url);
      await client.connect();
      try {
        return (await client.query<Row>(sql)).rows;
      } finally {
        await client.end();
      }
    };

    /** The same URL for the stack's database. */
    const inDatabase = (url: string): string => {
      const other = new URL(url);
      other.pathname = "/chat_perf_dev";
      return other.href;
    };
    /** The passwords of the application's role and of the owner. */
    const passwordsOf = async (): Promise<string[]> => {
      const urls = ["DATABASE_URL", "MIGRATION_DATABASE_URL"];
      const outputs = await Promise.all(urls.map((name) => project.output<string>("dev", name)));
      return outputs.map((url) => new URL(url).password);
    };

    it("comes up, and goes up again with nothing to do", async () => {
      await succeeds(up());
      adminUrl = await project.adminUrl("dev");
      await succeeds(up("--expect-no-changes"));
    });

    it("sees what somebody changed by hand, and puts it back after a reboot, with new passwords in no statement", async () => {
      const passwords = await passwordsOf();
      // Each of the administrator's statements is logged with its duration, however short it is.
      await query(adminUrl, "ALTER ROLE postgres SET log_min_duration_sample = 0");
      await query(adminUrl, "ALTER SYSTEM SET work_mem = '5MB'");
      await query(adminUrl, "SELECT pg_reload_conf()");
      await query(adminUrl, "REVOKE CONNECT ON DATABASE chat_perf_dev FROM perf_dev_user");
      await query(adminUrl, "GRANT TEMPORARY ON DATABASE chat_perf_dev TO PUBLIC");
      await query(adminUrl, "ALTER ROLE perf_dev_user CREATEDB");
      const { output } = await succeeds(project.pulumi("refresh", "--yes", "--skip-preview", "-s", "dev"));
      for (const resource of [
        /chatperf:Setting dev-settings-work_mem updated/,
        /index:Grant dev-database-connect updated/,
        /index:Role dev-database-role updated/,
      ]) {
        expect(output).to.match(resource);
      }
      project.configure("dev", { passwordVersion: 2 });
      await place.reboot(adminUrl);
      const watch = new StatementWatch(adminUrl);
      // One of them takes as long as statements that a server logs.
      const held = holdRoles(adminUrl, "LOCK TABLE pg_authid IN SHARE ROW EXCLUSIVE MODE", 2_000);
      const updated = await up();
      await held;
      const sampled = await watch.stop();
      await query(adminUrl, "ALTER ROLE postgres RESET log_min_duration_sample");
      expect(updated.code, updated.output).to.equal(0);
      databaseUrl = await project.output("dev", "DATABASE_URL");
      passwords.push(...(await passwordsOf()));
      expect(new Set(passwords)).to.have.property("size", 4);
      const log = await place.log(adminUrl);
      const kept = (await statementsOnRoles(inDatabase(adminUrl))).join("\n");
      for (const role of ["perf_dev_user", "chat_perf_dev_owner"]) {
        const change = new RegExp(`ALTER ROLE "${role}" .*PASSWORD 'SCRAM-SHA-256\\$`);
        expect(log).to.match(change);
        expect(kept).to.match(change);
      }
      expect(log).to.match(/duration: [2-9]\d{3,}\.\d+ ms .*ALTER ROLE "\w+" .*PASSWORD 'SCRAM-SHA-256\$/);
      for (const text of [log, kept, ...sampled])
        for (const password of passwords) expect(text).not.to.include(password);
      expect(
        await query(
          adminUrl,
          `SELECT current_setting('work_mem') AS work_mem, rolcreatedb,
             has_database_privilege('perf_dev_user', 'chat_perf_dev', 'CONNECT') AS connect,
             has_database_privilege('public', 'chat_perf_dev', 'TEMPORARY') AS temporary
           FROM pg_roles WHERE rolname = 'perf_dev_user'`,
        ),
      ).to.deep.equal([{ work_mem: "64MB", rolcreatedb: false, connect: true, temporary: false }]);
      await succeeds(up("--expect-no-changes"));
    });

    it("has the band's settings in force", async () => {
      const rows = await query<{ name: string; value: string }>(
        adminUrl,
        "SELECT name, current_setting(name) AS value FROM pg_settings WHERE NOT pending_restart",
      );
      expect(Object.fromEntries(rows.map(({ name, value }) => [name, value]))).to.include({
        shared_preload_libraries: "pg_stat_statements",
        shared_buffers: "256MB",
        work_mem: "64MB",
        maintenance_work_mem: "128MB",
        log_min_duration_statement: "1s",
        autovacuum_vacuum_cost_limit: "2000",
        max_wal_size: "4GB",
      });
    });

    it("has the dataset, and a report on it that passes", async () => {
      const counts = await query(databaseUrl, "SELECT count(*)::int AS messages FROM messages");
      expect(counts).to.deep.equal([{ messages: small.messages }]);
      const report = await project.output<{ dataset_summary: object }>("dev", "report");
      expect(report.dataset_summary).to.include(small);
      expect(await project.output("dev", "verdict")).to.equal("PASS");
    });

    it(`refuses its application role ${refused.length} things, and lets it read and write rows`, async () => {
      const allowed: string[] = [];
      for (const [what, sql] of refused) {
        const error = await query(databaseUrl, sql).catch((reason: unknown) => reason);
        if (!(error instanceof DatabaseError && error.code === INSUFFICIENT_PRIVILEGE)) allowed.push(what);
      }
      expect(allowed).to.deep.equal([]);
      await query(databaseUrl, `BEGIN; UPDATE messages SET content = 'x'; DELETE FROM messages; ROLLBACK`);
    });

    it("goes without a trace", async () => {
      expect(await place.traces()).not.to.deep.equal([]);
      await succeeds(project.pulumi("destroy", "--yes", "--skip-preview", "-s", "dev"));
      expect(await place.traces()).to.deep.equal([]);
      expect(project.leftovers()).to.deep.equal([]);
    });
  });
}
