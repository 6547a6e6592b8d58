import { parseValues } from "../config/keys";
import { extrapolate, type Rates } from "../generator/forecast/calibrate";
import { forecast } from "../generator/forecast/forecast";
import { specProblems } from "../generator/problems";
import type { DatasetSpec } from "../generator/spec";
import { formatBytes, formatCount, formatDuration } from "../common/format";
import type { ReportSummary } from "../validation/report-summary";
import type { Change } from "./changes";
import { shown } from "./differences";
import type { EnginePreview } from "./engine-preview";
import { table } from "./text";

/**
 * The rates that `npm run bench` measured with 5,000,000 messages on two processors of an AMD EPYC. A preview has no server
 * on which it could calibrate. A load calibrates on its own server and logs the expected time.
 */
const BENCH: Rates = { sending: 7.6e-9, sorting: 2.6e-8, scanning: 7.7e-10 };
const PROCESSORS = 2;

/** The expected size of a dataset, as texts. */
interface Size {
  rows: string;
  disk: string;
  peak: string;
  time: string;
}

const nothing: Size = { rows: "none", disk: "none", peak: "none", time: "none" };

/** The cost of the changes: the forecast, the consequences for users of the database, and the last quality report. */
export function costOf(changes: readonly Change[], preview: EnginePreview): string[] {
  const dataset = sizes(preview);
  return [
    forecastTable(dataset, memoryOf(preview)),
    `Cost:\n\n${costs(changes, dataset.after)
      .map((line) => `- ${line}`)
      .join("\n")}`,
    ...lastReport(preview),
  ];
}

/** The present value and the one after the update. */
interface Sides<T> {
  now: T;
  after: T;
}

function forecastTable({ now, after }: Sides<Size>, memory: Sides<string>): string {
  const rows = [
    ["rows", now.rows, after.rows],
    ["disk", now.disk, after.disk],
    ["disk while loading, at most", now.peak, after.peak],
    [`time to load, on ${PROCESSORS} processors`, now.time, after.time],
    ["memory for `shared_buffers`", memory.now, memory.after],
  ].filter(([, before, later]) => before !== later);
  if (rows.length === 0) return `Forecast: as now, ${now.rows} rows, ${now.disk} on disk.`;
  return table(["forecast", "now", "after"], rows);
}

function costs(changes: readonly Change[], { rows, disk, time }: Size): string[] {
  const some = (fits: (change: Change) => boolean, line: string): string[] =>
    changes.some(fits) ? [line] : [];
  const lines = [
    ...some(
      ({ risk, action }) => risk === "data" && action === "delete",
      "The database and its rows are gone for good.",
    ),
    ...some(
      ({ kind, risk, action }) =>
        (kind === "dataset" && action === "create") || (risk === "data" && action === "replace"),
      `The dataset is loaded: ${rows} rows, ${disk}, about ${time}. Until then there are no rows to test with.`,
    ),
    ...some(
      ({ risk }) => risk === "restart",
      "The server restarts once: connections are closed, for some seconds.",
    ),
    ...some(
      ({ means }) => means.startsWith("new password"),
      "Every client needs the new URL: `pulumi stack output DATABASE_URL --show-secrets`. Open sessions stay.",
    ),
  ];
  return lines.length > 0
    ? lines
    : ["None: the update changes no row, restarts nothing, and every URL stays."];
}

/** The last quality report. A stack that was never up has none. */
function lastReport({ outputs }: EnginePreview): string[] {
  const { overall_assessment: overall, validation_timestamp: time } = reportOf(outputs);
  if (overall === undefined || time === undefined) return [];
  const { verdict, passed_tests, total_tests } = overall;
  return [
    `Last quality report: ${verdict}, ${passed_tests} of ${total_tests} checks passed, ${time.slice(0, 10)}.`,
  ];
}

function sizes({ steps, outputs, config }: EnginePreview): Sides<Size> {
  const wanted = sizeOf(parseValues(config).parsed);
  const counted = reportOf(outputs).dataset_size?.total;
  const step = steps.find(({ kind }) => kind === "Dataset");
  if (counted === undefined) return { now: nothing, after: wanted };
  const now = {
    ...(step === undefined ? wanted : sizeOf(step.before)),
    rows: formatCount(counted.actual_rows),
    disk: formatBytes(counted.actual_bytes),
  };
  if (step === undefined || step.action === "update") return { now, after: now };
  return { now, after: step.action === "delete" ? nothing : wanted };
}

function reportOf(outputs: EnginePreview["outputs"]): Partial<ReportSummary> {
  return typeof outputs.report === "object" ? (outputs.report as Partial<ReportSummary>) : {};
}

function sizeOf(values: Partial<Record<keyof DatasetSpec, unknown>>): Size {
  const spec = values as DatasetSpec;
  if (values.messages === undefined || specProblems(spec).length > 0) return nothing;
  const expected = forecast(spec, PROCESSORS);
  return {
    rows: formatCount(expected.rows),
    disk: formatBytes(expected.totalBytes),
    peak: formatBytes(expected.peakBytes),
    time: roughly(extrapolate(BENCH, expected, PROCESSORS, PROCESSORS)),
  };
}

/** Rounds to minutes from two minutes on, because the user's machine is another one than the bench's. */
function roughly(seconds: number): string {
  return seconds < 120 ? formatDuration(Math.ceil(seconds)) : `${Math.round(seconds / 60)} min`;
}

function memoryOf({ steps, config }: EnginePreview): Sides<string> {
  const wanted = parseValues(config).parsed.sharedBuffers?.text ?? "none";
  const step = steps.find(({ before, after }) => (after.setting ?? before.setting) === "shared_buffers");
  if (step === undefined) return { now: wanted, after: wanted };
  return { now: shown(step.before.value) ?? "none", after: shown(step.after.value) ?? "none" };
}
