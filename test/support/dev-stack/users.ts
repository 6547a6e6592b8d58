import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { Client } from "pg";
import { skipWithout } from "../needs";
import { small } from "../project";
import { refused } from "../refusals";
import { statementsOnRoles } from "../statement-watch";
import type { DevStack } from "./dev-stack";

/** The tests of what a running stack gives its users. They leave it with new passwords. */
export function usersOf(stack: DevStack): void {
  describe("what it gives its users", () => {
    const messageOf = (work: Promise<unknown>): Promise<string> =>
      work.then(
        () => "(it was allowed)",
        (error: unknown) => (error as Error).message,
      );

    describe("the application role", () => {
      for (const [what, sql, message] of refused) {
        it(`may not ${what}`, async () => {
          expect(await messageOf(stack.query(sql))).to.match(message);
        });
      }

      it("may not connect to another database", async () => {
        for (const other of ["postgres", "template1"]) {
          const elsewhere = new URL(await stack.url());
          elsewhere.pathname = other;
          expect(await messageOf(stack.query("SELECT 1", elsewhere.href))).to.match(
            /pg_hba\.conf|permission denied/,
          );
        }
      });

      it("may not connect without its password", async () => {
        const wrong = new URL(await stack.url());
        wrong.password = "wrong";
        expect(await messageOf(stack.query("SELECT 1", wrong.href))).to.match(
          /password authentication failed/,
        );
      });

      it("may read, insert, update and delete rows", async () => {
        const client = new Client(await stack.url());
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
      const { code, output } = await stack.project.run("psql", [
        await stack.url(),
        "-Atc",
        "SELECT count(*) FROM messages",
      ]);
      expect(code, output).to.equal(0);
      expect(output.trim()).to.equal(String(small.messages));
    });

    it("gives a connection script that runs the monitoring queries", async function () {
      await skipWithout(this, "psql");
      const { code, output } = await stack.project.run(".secrets/connect-dev.sh", [
        "-f",
        ".secrets/monitor-dev.sql",
      ]);
      expect(code, output).to.equal(0);
      expect(output).not.to.match(/ERROR/);
      expect(output.match(/^\(\d+ rows?\)$/gm)).to.have.length(4);
    });

    it("gives environment variables that a shell can load", async () => {
      const { output } = await stack.project.run("sh", [
        "-c",
        '. .secrets/.env.dev && printf %s "$DATABASE_URL"',
      ]);
      expect(output).to.equal(await stack.url());
    });

    it("has the band's settings in force, none by command line", async () => {
      const rows = await stack.query<{ name: string; setting: string; source: string }>(
        `SELECT name, current_setting(name) AS setting, source FROM pg_settings
       WHERE name IN ('work_mem', 'shared_buffers', 'maintenance_work_mem', 'autovacuum_vacuum_scale_factor',
                      'autovacuum_analyze_scale_factor', 'autovacuum_vacuum_cost_limit', 'log_min_duration_statement',
                      'log_autovacuum_min_duration', 'max_connections', 'max_wal_size', 'wal_buffers', 'shared_preload_libraries') ORDER BY name`,
        await stack.output("MIGRATION_DATABASE_URL"),
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
      const { project, created, commandLines } = stack;
      const urls = [await stack.url(), await stack.output<string>("MIGRATION_DATABASE_URL")];
      const administrator = new URL(await project.adminUrl("dev"));
      const passwords = [...urls, administrator.href].map((each) => new URL(each).password);
      administrator.pathname = "/chat_perf_dev";
      const statements = (await statementsOnRoles(administrator.href)).join("\n");
      expect(statements).to.match(/PASSWORD/);
      const { stdout: state } = await project.pulumi("stack", "export", "-s", "dev");
      const { deployment } = JSON.parse(state) as {
        deployment: { resources: { type: string; outputs?: Record<string, string> }[] };
      };
      const server = deployment.resources.find(({ type }) => type.endsWith("chatperf:EmbeddedServer"));
      const log = readFileSync(server?.outputs?.logFile ?? "", "utf8");
      expect(created.output).to.include("DATABASE_URL");
      expect(commandLines).to.have.property("size").above(5);
      for (const password of passwords) {
        expect(password).to.match(/^[A-Za-z0-9]{32}$/);
        expect(state, "state").not.to.include(password);
        expect(statements, "statistics").not.to.include(password);
        expect(log, "server log").not.to.include(password);
        expect([...commandLines].join("\n"), "process arguments").not.to.include(password);
        expect(created.output, "output of up").not.to.include(password);
      }
    });

    it("gives both roles new passwords when passwordVersion is raised, and keeps the dataset", async () => {
      const before = await stack.url();
      const output = await stack.update({ passwordVersion: 2 });
      expect(output).not.to.match(/chatperf:Dataset\s+dev-dataset\s+(updat|replac|creat|delet)/);
      expect(await messageOf(stack.query("SELECT 1", before))).to.match(/password authentication failed/);
      expect(await stack.messages()).to.equal(small.messages);
      expect(readFileSync(join(stack.project.folder, ".secrets/.env.dev"), "utf8")).to.include(
        await stack.url(),
      );
    });
  });
}
