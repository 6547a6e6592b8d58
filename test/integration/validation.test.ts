import { expect } from "chai";
import { withClient } from "../../postgres/connection";
import { ExpectedError } from "../../common/errors";
import type { QualityReport } from "../../validation/report";
import { defaultThresholds } from "../../validation/thresholds";
import { validateDataset } from "../../validation/validate";
import { chatDatasetSql } from "../support/chat-dataset";
import { execute, withCopy } from "../support/database-copies";
import { setUp } from "../support/fixture";
import { startTestServer, type TestDatabase } from "../support/server";

describe("validation of a dataset", () => {
  let sound: TestDatabase;

  setUp(async (undo) => {
    sound = await (await startTestServer()).createDatabase();
    undo(() => sound.drop());
    await execute(sound.ownerUrl, chatDatasetSql());
  });

  /** Validates a copy of the correct dataset after its owner has changed it. */
  function validateAfter(sql: string, log: string[] = []): Promise<QualityReport> {
    return withCopy(sound, async ({ ownerUrl, appUrl }) => {
      await execute(ownerUrl, sql);
      return validate(appUrl, log);
    });
  }

  describe("that is sound", () => {
    let report: QualityReport;
    const lines: string[] = [];

    setUp(async () => {
      report = await validate(sound.appUrl, lines);
    });

    it("passes 8 of 8 and is ready", () => {
      expect(failed(report)).to.deep.equal({});
      expect(report.overall_assessment).to.deep.equal({
        verdict: "PASS",
        passed_tests: 8,
        total_tests: 8,
        ready_for_phase2: true,
      });
    });

    it("is summarized from its rows", () => {
      expect(report.dataset_summary).to.deep.equal({
        users: 50,
        conversations: 200,
        messages: 7872,
        attachments: 1179,
      });
      const { histogram, max } = report.distribution_analysis.power_law_tail;
      expect(histogram.reduce((sum, { messages }) => sum + messages, 0)).to.equal(7872);
      expect(histogram.reduce((sum, { conversations }) => sum + conversations, 0)).to.equal(200);
      expect(max).to.equal(2256);
      expect(report.temporal_analysis.peak_hours).to.deep.equal([9, 10, 11, 18, 19, 20]);
      expect(report.temporal_analysis.hourly_distribution.reduce((a, b) => a + b)).to.equal(7872);
      expect(report.type_distributions.conversations).to.deep.equal([
        { type: "DIRECT_MESSAGE", count: 140, percentage: 70 },
        { type: "GROUP_CHAT", count: 60, percentage: 30 },
      ]);
    });

    it("is reported block by block on the console, in six blocks", () => {
      const headings = lines.filter((line) => line.startsWith("["));
      expect(headings.map((line) => line.slice(0, 5))).to.deep.equal(
        [1, 2, 3, 4, 5, 6].map((block) => `[${block}/6]`),
      );
      expect(lines.every((line) => !line.includes("\n"))).to.equal(true);
      expect(lines).to.include("     Referential integrity: 0 orphaned records (PASS)");
      const approved = lines.indexOf("  ✓ APPROVED for Phase 2 performance testing");
      const [empty, heading, ...findings] = lines.slice(approved + 1);
      expect(empty).to.equal("");
      expect(heading).to.equal("FURTHER FINDINGS (they do not change the verdict):");
      // A long line goes on in the next one, farther in.
      const begun = findings.filter((line) => /^ {2}\S/.test(line));
      expect(begun).to.have.length(report.findings!.length);
    });

    it("has for each check its SQL, which gives the same answer again, its bound and its time", async () => {
      expect(report.checks).to.have.length(8);
      await withClient(sound.appUrl, async (client) => {
        for (const { sql, threshold, seconds } of report.checks) {
          expect(threshold).not.to.be.empty;
          expect(seconds).to.be.within(0, 60);
          expect(sql).not.to.be.empty;
          for (const statement of sql) await client.query(statement);
        }
      });
    });
  });

  it("never shows a real address that it found", async () => {
    const lines: string[] = [];
    const report = await validateAfter(
      `UPDATE users SET email = 'jane.doe@company.test' WHERE id = (SELECT min(id) FROM users);
       UPDATE messages SET content = 'mail jane.doe@company.test' WHERE id = (SELECT min(id) FROM messages);`,
      lines,
    );
    expect(report.integrity_checks.pii_safety).to.deep.equal({
      synthetic_emails_only: false,
      real_email_count: 2,
      verdict: "FAIL",
    });
    expect(JSON.stringify(report) + lines.join("\n")).not.to.match(/jane|company/);
  });

  it("keeps orphans apart by table", async () => {
    const { referential_integrity } = (
      await validateAfter(`
        ALTER TABLE attachments DROP CONSTRAINT "attachments_messageId_fkey";
        ALTER TABLE message_reads DROP CONSTRAINT "message_reads_messageId_fkey";
        ALTER TABLE messages DROP CONSTRAINT "messages_replyToId_fkey";
        DELETE FROM messages WHERE type = 'IMAGE';`)
    ).integrity_checks;
    expect(referential_integrity).to.include({
      orphaned_attachments: 786,
      orphaned_conversations: 0,
      orphaned_conversation_users: 0,
      verdict: "FAIL",
    });
    expect(referential_integrity.orphaned_messages).to.be.greaterThan(0);
  });

  it("needs no more than SELECT", async () => {
    const report = await validateAfter(
      `REVOKE INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public FROM ${sound.appRole};`,
    );
    expect(failed(report)).to.deep.equal({});
  });

  it("of empty tables is a report: nothing is wrong with the rows, and nothing is ready", async () => {
    const report = await validateAfter(`TRUNCATE users CASCADE;`);
    expect(failed(report)).to.have.all.keys(
      "heavy_rooms",
      "power_law_tail",
      "type_variety",
      "diurnal_variation",
    );
    expect(report.overall_assessment).to.include({ verdict: "WARNING", ready_for_phase2: false });
    expect(JSON.parse(JSON.stringify(report))).to.deep.equal(report);
  });

  it("with all messages in one hour has a finite ratio", async () => {
    const report = await validateAfter(`UPDATE messages SET "createdAt" = '2025-03-01 09:30';`);
    expect(report.temporal_analysis).to.deep.include({ peak_hours: [9], diurnal_variation: 7872 });
  });

  describe("that cannot be checked is an error that says why", () => {
    const cases = [
      {
        name: "a missing table",
        sql: `DROP TABLE messages CASCADE;`,
        error: /"messages" does not exist[\s\S]*migrations/,
      },
      {
        name: "a missing column",
        sql: `ALTER TABLE messages DROP COLUMN content;`,
        error: /content.* does not exist/,
      },
      {
        name: "a role without SELECT",
        sql: `REVOKE SELECT ON message_reads FROM PUBLIC, {app};`,
        error: /permission denied for table message_reads[\s\S]*GRANT SELECT/,
      },
    ];
    for (const { name, sql, error } of cases) {
      it(name, async () => {
        const failure = await rejected(validateAfter(sql.replace("{app}", sound.appRole)));
        expect(failure).to.be.instanceOf(ExpectedError);
        expect(failure.message).to.match(error);
      });
    }

    it("a statement timeout", async () => {
      await withCopy(sound, async ({ ownerUrl, appUrl }) => {
        await withClient(ownerUrl, async (owner) => {
          await owner.query("BEGIN; LOCK TABLE messages IN ACCESS EXCLUSIVE MODE");
          const failure = await rejected(validate(`${appUrl}?options=-c%20statement_timeout%3D100`));
          expect(failure).to.be.instanceOf(ExpectedError);
          expect(failure.message).to.match(/stopped by the server.*statement timeout/);
        });
      });
    });

    it("but not a limit that role or database have for daily work", async () => {
      await withCopy(sound, async ({ ownerUrl, appUrl }) => {
        await execute(
          ownerUrl,
          `ALTER TABLE messages RENAME TO post;
           CREATE VIEW messages AS SELECT post.* FROM post, (SELECT pg_sleep(0.3)) AS slow;
           GRANT SELECT ON messages TO PUBLIC;`,
        );
        await execute(
          ownerUrl,
          `ALTER DATABASE ${new URL(ownerUrl).pathname.slice(1)} SET statement_timeout = 200`,
        );
        expect((await validate(appUrl)).overall_assessment.verdict).to.equal("PASS");
      });
    });

    it("a connection cut in the middle", async () => {
      await withCopy(sound, async ({ ownerUrl, appUrl }) => {
        await withClient(ownerUrl, async (owner) => {
          await owner.query("BEGIN; LOCK TABLE messages IN ACCESS EXCLUSIVE MODE");
          const validation = rejected(validate(appUrl));
          await withClient(sound.adminUrl, async (admin) => {
            const cut = `SELECT count(pg_terminate_backend(pid)) AS cut FROM pg_stat_activity
              WHERE usename = '${sound.appRole}' AND wait_event_type = 'Lock'`;
            while ((await admin.query<{ cut: string }>(cut)).rows[0]!.cut === "0");
          });
          const failure = await validation;
          expect(failure).to.be.instanceOf(ExpectedError);
          expect(failure.message).to.match(/connection was lost/);
        });
      });
    });

    it("a server that cannot be reached", async () => {
      const failure = await rejected(validate("postgresql://a:secret@127.0.0.1:1/chat"));
      expect(failure).to.be.instanceOf(ExpectedError);
      expect(failure.message)
        .to.match(/Cannot connect/)
        .and.not.to.match(/secret/);
    });
  });
});

function validate(databaseUrl: string, lines: string[] = []): Promise<QualityReport> {
  return validateDataset(databaseUrl, { thresholds: defaultThresholds, log: (line) => lines.push(line) });
}

/** The checks that did not pass, with their figures. */
function failed({ checks }: QualityReport): Record<string, string> {
  return Object.fromEntries(
    checks.filter(({ verdict }) => verdict !== "PASS").map(({ key, measured }) => [key, measured]),
  );
}

async function rejected(promise: Promise<unknown>): Promise<Error> {
  const error: unknown = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof Error)) throw new Error("expected a rejection");
  return error;
}
