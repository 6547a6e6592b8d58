import type { DatasetSpec } from "../../generator/spec";
import type { Snapshot } from "../snapshot";
import type { Columns } from "./columns";
import type { Analysis, Finding } from "./finding";

/** What is known of a dataset that we made. */
export interface FindingContext {
  /** The spec it was generated from. */
  spec?: DatasetSpec | undefined;
  /** Of each table: what `readDataset` said after the load. */
  fingerprint?: Readonly<Record<string, string>> | undefined;
  /** The same as it is now, where that has just been read; otherwise it is. */
  fingerprintNow?: Readonly<Record<string, string>> | undefined;
}

/** Where a question looks for its answer. */
export interface Inquiry {
  snapshot: Snapshot;
  columns: Columns;
  context: FindingContext;
  /** Filled in by the questions whose figures are drawn. */
  analysis: Analysis;
}

/** What leads to one finding. */
export interface Question extends Pick<Finding, "key" | "name" | "subject" | "expected"> {
  /** Columns without which there is no answer, as `table.column`. */
  needs: string[];
  answer(inquiry: Inquiry): Promise<Answer>;
}

export type Answer = Pick<Finding, "outcome" | "value" | "measured"> & Partial<Pick<Finding, "samples">>;

/** Why something could not be found out. */
export function unknown(reason: string): Answer {
  return { outcome: "unknown", value: null, measured: reason };
}

/** Samples of a finding at most. */
export const MOST_SAMPLES = 10;

/** Rows that should not be: any is a problem, and the first ten are named. */
export async function faults(
  snapshot: Snapshot,
  { count, measured, table, sql }: { count: number; measured: string; table: string; sql: string },
): Promise<Answer> {
  if (count === 0) return { outcome: "good", value: 0, measured };
  const rows = await snapshot.rows<{ id: string; value: string | null }>(`${sql}\nLIMIT ${MOST_SAMPLES}`);
  const samples = rows.map(({ id, value }) => ({ table, id, masked: mask(value ?? "") }));
  return { outcome: "problem", value: count, measured, samples };
}

/** What may be shown of a value: its first and last character, where that is not nearly all, and its length. */
export function mask(value: string): string {
  const characters = Array.from(value);
  const ends = characters.length < 4 ? "" : `${characters[0]!}…${characters.at(-1)!} `;
  return `${ends}(${characters.length} characters)`;
}
