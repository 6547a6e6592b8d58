import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { stackValues } from "../../config/stack-file";
import { ExpectedError } from "../../common/errors";
import type { QualityReport } from "../../validation/report";
import type { Bench } from "../peers/peer";

/** The bands, each of which can be brought up as a part of the bench. */
export const bands = ["dev", "staging", "perf"] as const;
export type BandName = (typeof bands)[number];

/** The result of a whole `npm run up`, from nothing to the report. */
export interface WholeUp {
  band: BandName;
  messages: number;
  rows: number;
  seconds: number;
  /** The bytes of all tables and indexes on disk. */
  bytes: number;
  verdict: string;
}

/**
 * Brings up a stack with the values of a band in this clone, as a user does, and removes it again.
 *
 * @param messages the number of messages, instead of that of the band
 * @throws ExpectedError when the stack does not come up
 */
export async function wholeUp(
  { projectRoot, signal }: Pick<Bench, "projectRoot" | "signal">,
  band: BandName,
  messages?: number,
): Promise<WholeUp> {
  const stack = `bench-${band}`;
  const values = {
    ...stackValues(projectRoot, band),
    // A bench's stack goes again, and the forecast, which is the smaller figure, is what the disk must have room for.
    protect: "false",
    diskCheck: "forecast",
    ...(messages !== undefined && { messages: String(messages) }),
  };
  const config = Object.entries(values)
    .filter(([, value]) => value !== "")
    .flatMap(([key, value]) => ["-c", `${key}=${value}`]);
  const down = async (): Promise<void> => {
    await run(projectRoot, ["cli/down.ts", "--stack", stack]);
    rmSync(join(projectRoot, `Pulumi.${stack}.yaml`), { force: true });
  };
  const started = performance.now();
  await run(projectRoot, ["cli/up.ts", "--stack", stack, ...config], signal).catch(async (error: unknown) => {
    await down().catch(() => undefined);
    throw error;
  });
  const seconds = (performance.now() - started) / 1000;
  const file = join(projectRoot, "reports", `quality-report-${stack}.json`);
  const report = JSON.parse(readFileSync(file, "utf8")) as QualityReport;
  await down();
  const { actual_rows: rows, actual_bytes: bytes } = report.dataset_size!.total;
  const { verdict } = report.overall_assessment;
  return { band, messages: report.dataset_summary.messages, rows, seconds, bytes, verdict };
}

/** Runs one of the project's commands. Its output is shown when it fails. */
async function run(cwd: string, args: string[], signal?: AbortSignal): Promise<void> {
  const child = spawn(process.execPath, ["--require", "./runtime/preload.cjs", ...args], {
    cwd,
    signal,
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text: string) => (output += text));
  }
  const [code] = (await once(child, "close")) as [number | null];
  if (code !== 0) throw new ExpectedError(`${args.slice(0, 3).join(" ")} failed:\n${output}`);
}
