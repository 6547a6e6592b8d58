import type { Log } from "../common/progress";
import { assess, verdictOf } from "./assessment";
import type { Check } from "./check";
import { dataCompleteness } from "./checks/data-completeness";
import { diurnalVariation } from "./checks/diurnal-variation";
import { heavyRooms } from "./checks/heavy-rooms";
import { piiSafety } from "./checks/pii-safety";
import { powerLawTail } from "./checks/power-law-tail";
import { referentialIntegrity } from "./checks/referential-integrity";
import { timestampOrdering } from "./checks/timestamp-ordering";
import { typeVariety } from "./checks/type-variety";
import * as consoleReport from "./formats/console";
import { datasetSize } from "./dataset-size";
import { findFindings } from "./findings/find-findings";
import type { FindingContext } from "./findings/question";
import { messageProfile } from "./passes/message-profile";
import type { CheckKey, CheckResult, QualityReport, Verdict } from "./report";
import { type Snapshot, withSnapshot } from "./snapshot";
import { requiredColumnsSql, rowsToRead, startAll } from "./start";
import type { QualityThresholds } from "./thresholds";

export interface ValidateOptions extends FindingContext {
  thresholds: QualityThresholds;
  /** Receives the lines of the console report, block by block. */
  log: Log;
}

/**
 * Runs the eight quality checks and the additional findings over all rows of a chat database, as they are at one moment.
 *
 * The validation only reads, and needs only SELECT. The server aggregates, so the memory of this process does not depend
 * on the size of the tables.
 *
 * @param databaseUrl the database, e.g. the stack's `DATABASE_URL`
 * @throws ExpectedError when a check cannot be run. A check that fails is part of the report.
 */
export function validateDataset(
  databaseUrl: string,
  { thresholds, log, ...context }: ValidateOptions,
): Promise<QualityReport> {
  return withSnapshot(databaseUrl, async (snapshot) => {
    await snapshot.rows(requiredColumnsSql);
    return snapshot.work.reported(rowsToRead(snapshot), log, () =>
      makeReport(snapshot, { thresholds, log, ...context }),
    );
  });
}

/** Runs all checks and findings. The log receives the console report, block by block. */
async function makeReport(
  snapshot: Snapshot,
  { thresholds, log, ...context }: ValidateOptions,
): Promise<QualityReport> {
  startAll(snapshot, thresholds);
  const checks: CheckResult[] = [];
  const advised: Partial<Record<CheckKey, string>> = {};
  const print = (lines: readonly string[]): void => {
    lines.forEach(log);
  };

  /** Runs one check, and returns its part of the report with the verdict. */
  async function judge<Section>(check: Check<Section>): Promise<Section & { verdict: Verdict }> {
    const started = performance.now();
    const own = snapshot.view();
    const { section, passed, value, measured, threshold, advice } = await check.run(own, thresholds);
    const { key, name, critical } = check;
    if (advice !== undefined) advised[key] = advice;
    const verdict = verdictOf({ passed, critical });
    const sql = [...own.statements];
    const seconds = (performance.now() - started) / 1000;
    checks.push({ key, name, critical, verdict, value, measured, threshold, sql, seconds });
    return { ...section, verdict };
  }

  log(consoleReport.headings[0]);
  const heavy_rooms = await judge(heavyRooms);
  print(consoleReport.heavyRoomLines(heavy_rooms));

  log(consoleReport.headings[1]);
  const power_law_tail = await judge(powerLawTail);
  print(consoleReport.powerLawTailLines(power_law_tail));

  log(consoleReport.headings[2]);
  const type_distributions = await judge(typeVariety);
  print(consoleReport.typeLines(type_distributions));

  log(consoleReport.headings[3]);
  const temporal_analysis = await judge(diurnalVariation);
  print(consoleReport.temporalLines(temporal_analysis));

  log(consoleReport.headings[4]);
  const integrity_checks = {
    pii_safety: await judge(piiSafety),
    referential_integrity: await judge(referentialIntegrity),
    timestamp_ordering: await judge(timestampOrdering),
    data_completeness: await judge(dataCompleteness),
  };
  print(consoleReport.integrityLines(integrity_checks));

  log(consoleReport.headings[5]);
  log("");
  const report: QualityReport = {
    validation_timestamp: new Date().toISOString(),
    dataset_summary: await summarize(snapshot),
    ...(context.spec && {
      dataset_spec: { seed: context.spec.seed, alpha: context.spec.alpha },
      dataset_size: await datasetSize(snapshot, context.spec),
    }),
    distribution_analysis: { heavy_rooms, power_law_tail },
    type_distributions,
    temporal_analysis,
    integrity_checks,
    ...assess(checks, advised),
    checks,
    ...(await findFindings(snapshot, context)),
  };
  snapshot.work.complete();
  print(consoleReport.closingLines(report));
  print(consoleReport.findingLines(report.findings ?? []));
  return report;
}

/** Counts the rows of the other tables. A database of another application may have no attachments. */
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
  return { users, conversations, messages: (await messageProfile(snapshot)).messages, attachments };
}
