import { expect } from "chai";
import { quoteLiteral } from "../../postgres/connection";
import type { CheckKey, QualityReport } from "../../validation/report";
import { defaultThresholds } from "../../validation/thresholds";
import { validateDataset } from "../../validation/validate";
import { chatDatasetSql } from "../support/chat-dataset";
import { execute, withCopy } from "../support/database-copies";
import { setUp } from "../support/fixture";
import { type Defect, defects, harmless, soundMessages, soundSize } from "../support/planted-defects";
import { startTestServer, type TestDatabase } from "../support/server";

const critical: CheckKey[] = ["pii_safety", "referential_integrity"];

describe("a planted defect", () => {
  let sound: TestDatabase;

  setUp(async (undo) => {
    sound = await (await startTestServer()).createDatabase();
    undo(() => sound.drop());
    await execute(sound.ownerUrl, chatDatasetSql(soundSize));
  });

  /** Validates a copy of the correct dataset after its owner has changed it. */
  function validateAfter(sql: string): Promise<QualityReport> {
    return withCopy(sound, async ({ ownerUrl, appUrl }) => {
      await execute(ownerUrl, sql);
      return validate(appUrl);
    });
  }

  it("is not in the dataset that they are planted in", async () => {
    const report = await validate(sound.appUrl);
    expect(failures(report)).to.deep.equal({});
    expect(report.dataset_summary).to.include({ conversations: 200, messages: soundMessages });
  });

  for (const [key, planted] of Object.entries(defects) as [CheckKey, Defect[]][]) {
    describe(`fails ${[key.replace("_", " "), ...(critical.includes(key) ? ["critically"] : [])].join(", ")}, when`, () => {
      for (const { name, sql, count, also = [] } of planted) {
        it(name, async () => {
          const report = await validateAfter(sql);
          expect(failures(report)).to.have.all.keys(key, ...also);
          if (count !== undefined) {
            expect(report.checks.find((check) => check.key === key)!.value).to.equal(count);
          }
          expectWordsToAgree(report);
        });
      }
    });
  }

  it("between two ranges of ids, which are looked at apart, is seen at each border", () =>
    withCopy(sound, async ({ ownerUrl, appUrl }) => {
      // The check divides a table of thousands of pages into ranges, so this table gets many nearly empty pages.
      await execute(ownerUrl, "ALTER TABLE messages SET (fillfactor = 10)");
      await execute(ownerUrl, "VACUUM FULL messages");
      const borders = bordersOf(await validate(appUrl));
      expect(borders).to.have.length(15);
      for (const border of borders.map(quoteLiteral)) {
        await execute(
          ownerUrl,
          `UPDATE messages SET "createdAt" = other."createdAt" FROM messages AS other,
            (SELECT max(id) AS last FROM messages WHERE id < ${border}) AS before
           WHERE (messages.id, other.id) IN ((last, ${border}), (${border}, last))`,
        );
      }
      const report = await validate(appUrl);
      expect(failures(report)).to.have.all.keys("timestamp_ordering");
      expect(report.integrity_checks.timestamp_ordering.out_of_order_messages).to.equal(borders.length);
      expect(bordersOf(report)).to.deep.equal(borders);
    }));

  describe("is not seen in", () => {
    for (const { name, sql } of harmless) {
      it(name, async () => {
        const report = await validateAfter(sql);
        expect(failures(report)).to.deep.equal({});
        expectWordsToAgree(report);
      });
    }
  });
});

/** Verdict, readiness and recommendations follow from the checks that failed, and do not contradict each other. */
function expectWordsToAgree({ checks, overall_assessment: overall, recommendations }: QualityReport): void {
  const failed = checks.filter(({ verdict }) => verdict !== "PASS");
  const fatal = failed.some(({ key }) => critical.includes(key));
  expect(overall).to.deep.equal({
    verdict: fatal ? "FAIL" : failed.length > 0 ? "WARNING" : "PASS",
    passed_tests: 8 - failed.length,
    total_tests: 8,
    ready_for_phase2: !fatal && failed.length <= 2,
  });
  for (const { measured } of failed) {
    expect(recommendations.filter((line) => /^[⚠✗]/.test(line) && line.includes(measured))).to.have.length(1);
  }
  const praise = recommendations.filter((line) => line.startsWith("✓")).join("\n");
  const isFailed = (key: CheckKey): boolean => failed.some((check) => check.key === key);
  expect(praise.includes("passes all")).to.equal(failed.length === 0);
  expect(praise.includes("Heavy rooms")).to.equal(!isFailed("heavy_rooms"));
  expect(praise.includes("tail")).to.equal(!isFailed("power_law_tail"));
  expect(/^[✓⚠] APPROVED/.test(recommendations.at(-1)!)).to.equal(overall.ready_for_phase2);
}

/** The ids at which the check of the time order begins a new range. */
function bordersOf({ checks }: QualityReport): string[] {
  const { sql } = checks.find(({ key }) => key === "timestamp_ordering")!;
  return sql.flatMap((statement) => /id >= '(\w+)'/.exec(statement)?.[1] ?? []);
}

function validate(databaseUrl: string): Promise<QualityReport> {
  return validateDataset(databaseUrl, { thresholds: defaultThresholds, log: () => undefined });
}

/** The checks that did not pass, with their figures. */
function failures({ checks }: QualityReport): Record<string, string> {
  return Object.fromEntries(
    checks.filter(({ verdict }) => verdict !== "PASS").map(({ key, measured }) => [key, measured]),
  );
}
