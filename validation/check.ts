import type { CheckKey } from "./report";
import type { Snapshot } from "./snapshot";
import type { QualityThresholds } from "./thresholds";

/** One of the eight quality checks. `Section` is its part of the report without the verdict. */
export interface Check<Section> {
  key: CheckKey;
  name: string;
  /** Whether the whole dataset fails with this check. The failure of any other check is a warning. */
  critical: boolean;
  /** Runs the check over all rows. */
  run(snapshot: Snapshot, thresholds: QualityThresholds): Promise<Outcome<Section>>;
}

/** The result of a check. */
export interface Outcome<Section> {
  section: Section;
  passed: boolean;
  /** The figure on which the verdict depends, not rounded. */
  value: number;
  /** The figures on which the verdict depends, as text. */
  measured: string;
  /** The pass condition, as text. */
  threshold: string;
  /** What would make a failed check pass, where that can be computed. */
  advice?: string;
}
