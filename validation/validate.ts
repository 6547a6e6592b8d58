import type { Log } from "../runtime/progress";
import { assess, verdictOf } from "./assessment";
import { messageCounts } from "./message-counts";
import type { Check } from "./check";
import { dataCompleteness } from "./checks/data-completeness";
import { diurnalVariation } from "./checks/diurnal-variation";
import { heavyRooms } from "./checks/heavy-rooms";
import { piiSafety } from "./checks/pii-safety";
import { powerLawTail } from "./checks/power-law-tail";
import { referentialIntegrity } from "./checks/referential-integrity";
import { timestampOrdering } from "./checks/timestamp-ordering";
import { typeVariety } from "./checks/type-variety";
import * as console from "./formats/console";
import { datasetSize } from "./dataset-size";
import { findFindings } from "./findings/find-findings";
import type { FindingContext } from "./findings/question";
import type { CheckKey, CheckResult, QualityReport, Verdict } from "./report";
import { type Snapshot, withSnapshot } from "./snapshot";
import type { QualityThresholds } from "./thresholds";

export interface ValidateOptions extends FindingContext {
  thresholds: QualityThresholds;
  /** Gets the console's lines, block by block, the closing box included. */
  log: Log;
}

/**
 * Runs the eight quality checks over all rows of a chat database, as it is at one moment, and finds out what else is
 * worth knowing of it. Reads only, and needs no more than SELECT. Memory here does not depend on the tables' size: the
 * server aggregates.
 *
 * @param databaseUrl the database, e.g. the stack's `DATABASE_URL`
 * @throws ExpectedError when the checks cannot be run; failed checks are in the report
 */
export function validateDataset(
  databaseUrl: string,
  { thresholds, log, ...context }: ValidateOptions,
): Promise<QualityReport> {
  return withSnapshot(databaseUrl, async (snapshot) => {
    const checks: CheckResult[] = [];
    const advised: Partial<Record<CheckKey, string>> = {};
    const print = (lines: readonly string[]): void => {
      lines.forEach(log);
    };

    /** Runs one check and adds its verdict to its part of the report. */
    async function judge<Section>(check: Check<Section>): Promise<Section & { verdict: Verdict }> {
      const started = performance.now();
      const { section, passed, value, measured, threshold, advice } = await check.run(snapshot, thresholds);
      const { key, name, critical } = check;
      if (advice !== undefined) advised[key] = advice;
      const verdict = verdictOf({ passed, critical });
      const statements = snapshot.takeStatements();
      const sql = statements.map((statement) => statement.sql.trim());
      const seconds = (performance.now() - started) / 1000;
      checks.push({ key, name, critical, verdict, value, measured, threshold, sql, seconds });
      return { ...section, verdict };
    }

    log(console.headings[0]);
    const heavy_rooms = await judge(heavyRooms);
    print(console.heavyRoomLines(heavy_rooms));

    log(console.headings[1]);
    const power_law_tail = await judge(powerLawTail);
    print(console.powerLawTailLines(power_law_tail));

    log(console.headings[2]);
    const type_distributions = await judge(typeVariety);
    print(console.typeLines(type_distributions));

    log(console.headings[3]);
    const temporal_analysis = await judge(diurnalVariation);
    print(console.temporalLines(temporal_analysis));

    log(console.headings[4]);
    const integrity_checks = {
      pii_safety: await judge(piiSafety),
      referential_integrity: await judge(referentialIntegrity),
      timestamp_ordering: await judge(timestampOrdering),
      data_completeness: await judge(dataCompleteness),
    };
    print(console.integrityLines(integrity_checks));

    log(console.headings[5]);
    log("");
    const report: QualityReport = {
      validation_timestamp: new Date().toISOString(),
      dataset_summary: await summarize(snapshot),
      ...(context.spec && { dataset_size: await datasetSize(snapshot, context.spec) }),
      distribution_analysis: { heavy_rooms, power_law_tail },
      type_distributions,
      temporal_analysis,
      integrity_checks,
      ...assess(checks, advised),
      checks,
      ...(await findFindings(snapshot, context)),
    };
    print(console.closingLines(report));
    print(console.findingLines(report.findings ?? []));
    return report;
  });
}

/** Not every chat has attachments. */
function rowCountsSql(snapshot: Snapshot): string {
  const attachments = snapshot.has("attachments") ? "(SELECT count(*) FROM attachments)" : "0";
  return `
SELECT (SELECT count(*) FROM users) AS users, (SELECT count(*) FROM conversations) AS conversations,
  ${attachments} AS attachments`;
}

async function summarize(snapshot: Snapshot): Promise<QualityReport["dataset_summary"]> {
  const { users, conversations, attachments } = await snapshot.row<
    Omit<QualityReport["dataset_summary"], "messages">
  >(rowCountsSql(snapshot));
  return { users, conversations, messages: (await messageCounts(snapshot)).messages, attachments };
}
