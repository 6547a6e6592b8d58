import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { withClient } from "../../postgres/connection";
import type { QualityReport } from "../../validation/report";
import { chatDatasetSql } from "../support/chat-dataset";
import { setUp } from "../support/fixture";
import { startTestServer, temporaryFolder, type TestDatabase } from "../support/server";
import { execute, withCopy } from "../support/database-copies";
import { runValidate, startValidate } from "../support/validate-run";

describe("npm run validate, as a program", () => {
  let database: TestDatabase;
  let folder: string;

  setUp(async (undo) => {
    folder = temporaryFolder("validate");
    undo(() => {
      rmSync(folder, { recursive: true });
    });
    database = await (await startTestServer()).createDatabase();
    undo(() => database.drop());
    await withClient(database.ownerUrl, (client) => client.query(chatDatasetSql()));
  });

  it("exits with 0 when all pass, and writes the report that it shows", async () => {
    const file = join(folder, "report.json");
    const { code, output } = await runValidate(database.appUrl, "--output", file);
    expect(code).to.equal(0);
    expect(output).to.contain("Tests passed: 8/8\nReady for Phase 2: YES ✓\n");
    expect(output).to.match(
      /APPROVED for Phase 2 performance testing\n\nFURTHER FINDINGS .*\n( {2}[✓⚠✗?] .*\n)+/,
    );
    expect(output).to.match(/\n\n✓ Report written to: .*report\.json\n$/);
    const report = JSON.parse(readFileSync(file, "utf8")) as QualityReport;
    expect(report.overall_assessment.passed_tests).to.equal(8);
  });

  it("writes the report as a page and for CI systems, where asked to", async () => {
    const [html, junit] = [join(folder, "report.html"), join(folder, "report.xml")];
    const { code, output } = await runValidate(database.appUrl, "--html", html, "--junit", junit);
    expect(code).to.equal(0);
    expect(output).to.contain(`\n\n✓ Report written to: ${html}\n✓ Report written to: ${junit}\n`);
    expect(readFileSync(html, "utf8")).to.match(/^<!doctype html>[^]*<title>PASS: /);
    expect(readFileSync(junit, "utf8")).to.match(/^<\?xml [^]*<testsuites [^>]*tests="\d+" failures="0"/);
  });

  it("keeps reports where it is asked to, lists them and compares them", async () => {
    const file = join(folder, "before.json");
    expect((await runValidate(database.ownerUrl, "--history")).output).to.equal(
      "No report has been kept yet.\n",
    );
    expect((await runValidate(database.ownerUrl, "--output", file)).output).not.to.contain("Kept");
    expect((await runValidate(database.ownerUrl, "--keep")).output).to.contain(
      "✓ Report added to the history as number 1",
    );

    const listed = await runValidate(database.ownerUrl, "--history");
    expect(listed.output).to.match(/^# +validated at .*\n1 .* PASS +8\/8 .*\n$/);
    const compared = await runValidate(database.ownerUrl, "--compare", file, file);
    expect(compared.code).to.equal(0);
    expect(compared.output).to.match(/^before .*\nafter .*\n\n?Both reports say the same\.\n$/);
    const missing = await runValidate(database.ownerUrl, "--compare", file, "7");
    expect(missing).to.include({ code: 3, output: "" });
    expect(missing.errors).to.contain("The history has no report 7");
  });

  it("exits with 2 for warnings, with 1 for a critical failure", async () => {
    await withClient(database.ownerUrl, (client) => client.query(`UPDATE messages SET type = 'TEXT'`));
    const warned = await runValidate(database.appUrl);
    expect(warned.code).to.equal(2);
    expect(warned.output).to.contain("OVERALL VERDICT: WARNING").and.to.contain("Tests passed: 7/8");

    await withClient(database.ownerUrl, (client) => client.query(`UPDATE users SET email = 'r' || email`));
    const failed = await runValidate(database.appUrl);
    expect(failed.code).to.equal(1);
    expect(failed.output).to.contain("OVERALL VERDICT: FAIL").and.to.contain("Ready for Phase 2: NO ✗");
    expect(failed.output).to.contain("PII Safety: 50 real emails (FAIL)");
  });

  for (const signal of ["SIGKILL", "SIGINT"] as const) {
    it(`leaves no statement behind when it is ended by ${signal}`, () =>
      withCopy(database, async ({ ownerUrl, appUrl }) => {
        // A scan of the messages takes more than a minute.
        await execute(
          ownerUrl,
          `ALTER TABLE messages RENAME TO post;
           CREATE VIEW messages AS SELECT post.* FROM post, LATERAL (SELECT pg_sleep(0.01 + length(post.id) * 0)) AS slow;
           GRANT SELECT ON messages TO PUBLIC;`,
        );
        const run = startValidate(appUrl);
        await withClient(database.adminUrl, async (admin) => {
          /** Waits until a session reads the messages, or none. */
          const reading = async (wanted: boolean): Promise<void> => {
            const sql = `SELECT FROM pg_stat_activity WHERE datname = $1 AND state = 'active' AND query ~ 'GROUP BY'`;
            const name = new URL(appUrl).pathname.slice(1);
            while ((await admin.query(sql, [name])).rows.length > 0 !== wanted);
          };
          await reading(true);
          run.kill(signal);
          const killed = performance.now();
          await reading(false);
          expect(performance.now() - killed).to.be.lessThan(3000);
        });
      }));
  }

  it("exits with 3 and one message, without a stack trace or the password, when it cannot run", async () => {
    const { code, output, errors } = await runValidate(database.appUrl.replace(/[^/]*$/, "no_such_database"));
    expect(code).to.equal(3);
    expect(output).to.equal("");
    expect(errors)
      .to.contain("no_such_database")
      .and.not.to.match(/^\s+at /m);
    expect(errors).not.to.contain(new URL(database.appUrl).password);
  });
});
