import type { DatasetSpec } from "../../generator/spec";
import type { Snapshot } from "../snapshot";
import type { Analysis, Finding } from "./finding";

/** What is known about a generated dataset. */
export interface FindingContext {
  /** The spec from which it was generated. */
  spec?: DatasetSpec | undefined;
  /** The fingerprint of each table after the load, as `readDataset` returned it. */
  fingerprint?: Readonly<Record<string, string>> | undefined;
  /** The present fingerprint of each table, where it has just been read. Otherwise it is read here. */
  fingerprintNow?: Readonly<Record<string, string>> | undefined;
}

/** What a question is answered from. */
export interface Inquiry {
  snapshot: Snapshot;
  context: FindingContext;
  /** The figures of the charts, which the questions fill in. */
  analysis: Analysis;
}

/** A question whose answer is one finding. */
export interface Question extends Pick<Finding, "key" | "name" | "subject" | "expected"> {
  /** The columns that the answer needs, as `table.column`. */
  needs: readonly string[];
  /**
   * Pairs of these columns whose values are compared.
   *
   * @default none
   */
  compares?: readonly (readonly [string, string])[];
  answer(inquiry: Inquiry): Promise<Answer>;
}

/** The answer to a question. */
export type Answer = Pick<Finding, "outcome" | "value" | "measured"> & Partial<Pick<Finding, "samples">>;

/** The answer to a question that cannot be answered here. */
export function unknown(reason: string): Answer {
  return { outcome: "unknown", value: null, measured: reason };
}

/** The largest number of faulty rows that a finding names. */
export const MOST_SAMPLES = 10;

/** The answer to a question that looks for faulty rows. Any such row is a problem, and the first ten are named. */
export async function faults(
  snapshot: Snapshot,
  { count, measured, table, sql }: { count: number; measured: string; table: string; sql: string },
): Promise<Answer> {
  if (count === 0) return { outcome: "good", value: 0, measured };
  const rows = await snapshot.rows<{ id: string; value: string | null }>(`${sql}\nLIMIT ${MOST_SAMPLES}`);
  const samples = rows.map(({ id, value }) => ({ table, id, masked: mask(value ?? "") }));
  return { outcome: "problem", value: count, measured, samples };
}

/** Masks a value: shows its length, and its first and last character when it has at least four. */
export function mask(value: string): string {
  const characters = Array.from(value);
  const ends = characters.length < 4 ? "" : `${characters[0]!}…${characters.at(-1)!} `;
  return `${ends}(${characters.length} characters)`;
}
