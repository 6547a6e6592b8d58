import type { CheckKey } from "./report";
import type { Snapshot } from "./snapshot";
import type { QualityThresholds } from "./thresholds";

/** One of the quality checks. `Section` is its part of the report, without the verdict. */
export interface Check<Section> {
  key: CheckKey;
  name: string;
  /** A critical check that fails makes the whole dataset fail; any other is a warning. */
  critical: boolean;
  run(snapshot: Snapshot, thresholds: QualityThresholds): Promise<Outcome<Section>>;
}

/** What a check found, over all rows. */
export interface Outcome<Section> {
  section: Section;
  passed: boolean;
  /** The figure that decides, not rounded. */
  value: number;
  /** The figures that decide, as text. */
  measured: string;
  /** The pass condition, as text. */
  threshold: string;
  /** What would make a failed check pass, in figures, where that can be computed. */
  advice?: string;
}
