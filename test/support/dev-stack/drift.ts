import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { postmasterPid } from "../embedded";
import { setUp } from "../fixture";
import { type CommandResult, small } from "../project";
import { ended } from "../processes";
import type { DevStack } from "./dev-stack";

/**
 * The tests of what happens to changes that somebody made by hand. Each step of the stack's life answers for several of
 * them, because a command of Pulumi's takes seconds.
 */
export function driftOf(stack: DevStack): void {
  describe("what somebody changed by hand", () => {
    let adminUrl: string;
    const administer = <Row extends object>(...statements: string[]): Promise<Row[]> =>
      // In the stack's database the administrator's names mean PostgreSQL's own objects only.
      stack.query<Row>(["SET search_path = public", ...statements], adminUrl);
    const counted = async (): Promise<number> =>
      (await stack.output<{ counts: { messages: number } }>("dataset")).counts.messages;

    setUp(async () => {
      const url = new URL(await stack.project.adminUrl("dev"));
      url.pathname = "/chat_perf_dev";
      adminUrl = url.href;
    });

    describe("when the dataset is loaded again", () => {
      let before: { validation_timestamp: string };
      let file: string;
      let access: string;

      setUp(async () => {
        before = await stack.output("report");
        file = join(stack.project.folder, ".secrets/.env.dev");
        access = readFileSync(file, "utf8");
        await stack.project.run("rm", [file]);
        await stack.update({ datasetVersion: 2 });
      });

      it("a deleted access file is written again", () => {
        expect(readFileSync(file, "utf8")).to.equal(access);
      });

      it("the dataset is validated again, although its rows are the same", async () => {
        const after = await stack.output<{ validation_timestamp: string }>("report");
        expect(after.validation_timestamp).not.to.equal(before.validation_timestamp);
      });
    });

    describe("at several places", () => {
      let seen: string;
      let user: { id: string; email: string };

      setUp(async () => {
        [user] = (await administer<{ id: string; email: string }>(
          "SELECT id, email FROM users ORDER BY id LIMIT 1",
        )) as [typeof user];
        await administer("ALTER SYSTEM SET work_mem = '5MB'");
        await administer(
          "SELECT pg_reload_conf()",
          "REVOKE CONNECT ON DATABASE chat_perf_dev FROM perf_dev_user",
          "REVOKE UPDATE ON messages FROM perf_dev_user",
          "ALTER ROLE perf_dev_user CREATEDB PASSWORD 'another'",
          "ALTER ROLE perf_dev_user SET statement_timeout TO '5s'",
          "ALTER ROLE perf_dev_user IN DATABASE chat_perf_dev RESET search_path",
          "GRANT CONNECT ON DATABASE chat_perf_dev TO PUBLIC",
          "DELETE FROM messages WHERE id IN (SELECT id FROM messages ORDER BY id DESC LIMIT 3)",
          `UPDATE users SET email = 'jane.doe@gmail.com' WHERE id = '${user.id}'`,
        );
        const refreshed = await stack.refresh();
        expect(refreshed.code, refreshed.output).to.equal(0);
        seen = refreshed.output;
      });

      it("is seen by refresh", () => {
        for (const resource of [
          "chatperf:Setting dev-settings-work_mem",
          "index:Grant dev-database-connect",
          "index:Grant dev-schema-rows",
          "index:Role dev-database-role",
          "chatperf:RoleSettings dev-database-role-settings",
          "chatperf:Login dev-database-login",
          "chatperf:Dataset dev-dataset",
        ]) {
          expect(seen).to.include(`${resource} updated`);
        }
      });

      it("a refresh says of which tables somebody has changed rows, and how many", () => {
        expect(seen).to.match(/messages: 3 fewer, 19,997 instead of 20,000 rows[^]*They stay as they are/);
      });

      it("a changed password is found by trying, with the way to mend it", async () => {
        const { code, output } = await stack.up();
        expect(code).not.to.equal(0);
        expect(output)
          .to.match(/password authentication failed/)
          .and.to.match(/passwordVersion/);
      });

      describe("is mended", () => {
        let failed: CommandResult;

        setUp(async () => {
          const [row] = await administer<{ directory: string }>(
            "CHECKPOINT",
            "SELECT current_setting('data_directory') AS directory",
          );
          const pid = postmasterPid({ dataDirectory: row!.directory });
          process.kill(pid, "SIGKILL");
          await ended([pid]);
          stack.project.configure("dev", { passwordVersion: 3 });
          failed = await stack.up();
        });

        it("except for a critical failure: that fails the update, names the check, and exports the report", async () => {
          expect(failed.code).not.to.equal(0);
          expect(failed.output).to.match(/PII/).and.not.to.include("jane.doe");
          expect(await stack.output("verdict")).to.equal("FAIL");
          expect(await stack.output("readyForPhase2")).to.equal(false);
        });

        it("once that is mended too, without a change of the dataset", async () => {
          await administer(`UPDATE users SET email = '${user.email}' WHERE id = '${user.id}'`);
          expect(await stack.update()).not.to.match(/chatperf:Dataset dev-dataset (replac|creat|delet)/);
          expect(await stack.output("verdict")).to.equal("PASS");
          await stack.isClean();
        });

        it("a setting", async () => {
          expect(await administer("SHOW work_mem")).to.deep.equal([{ work_mem: "64MB" }]);
        });

        it("grants and role attributes", async () => {
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
        });

        it("a killed server, which comes back with its port and its rows", async () => {
          expect(new URL(await stack.url()).port).to.equal(new URL(adminUrl).port);
          expect(await stack.messages()).to.equal(small.messages - 3);
        });

        it("except for changed rows: they are reported, kept, and loaded again only on request", async () => {
          expect(failed.output)
            .to.match(/have changed since they were generated/)
            .and.to.match(/datasetVersion/);
          expect(await counted()).to.equal(small.messages - 3);
          await stack.update({ datasetVersion: 3 });
          expect(await counted()).to.equal(small.messages);
          await stack.isClean();
        });
      });
    });
  });
}
