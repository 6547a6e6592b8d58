import type { LikelihoodRatios } from "../../statistics/likelihood-ratio";

/** What a finding is about. */
export type Subject = "dataset" | "distribution" | "time" | "conversations" | "text" | "privacy" | "storage";

/**
 * An additional finding about a dataset. Findings never change the verdict. They tell a reader what to know before trusting
 * a measurement.
 */
export interface Finding {
  /** Unique within a report, in snake case, e.g. `power_law_fit`. */
  key: string;
  name: string;
  subject: Subject;
  /** The outcome. `unknown` means that it could not be found out, for example without a table. `measured` then says why. */
  outcome: "good" | "notice" | "problem" | "unknown";
  /** The figure on which the outcome depends, not rounded, or null where there is none. */
  value: number | null;
  /** What was found, as one sentence with its figures. */
  measured: string;
  /** What is expected of a production-like dataset, as text. */
  expected: string;
  /** At most ten rows, each with its table, its id and a masked value. A value itself is never shown. */
  samples: { table: string; id: string; masked: string }[];
  /** The SQL statements from which the figure comes. */
  sql: string[];
  /** The time that the report waited for this finding. What a check or an earlier finding has read does not count again. */
  seconds: number;
}

/** The figures from which the charts are drawn. Each has at most a few hundred numbers. */
export interface Analysis {
  /** The share of conversations with at least `size` messages (complementary cumulative distribution). */
  ccdf: { size: number; share: number }[];
  /** The fitted power law, or null when none could be fitted. */
  fit: PowerLawFit | null;
  /** The Lorenz curve: the smallest conversations, a share `conversations` of all, hold the share `messages` of all messages. */
  lorenz: { conversations: number; messages: number }[];
  /** The Gini coefficient: 0 when all conversations have the same size, 1 when one has all messages. Null without messages. */
  gini: number | null;
  /** Messages by weekday (Monday first) and hour of the day, UTC: 7 times 24 counts. */
  week: number[][];
  /** Texts by length in bytes. Each class is twice as long as the one before, and includes both ends. */
  textLengths: { from: number; to: number; messages: number }[];
}

/** A discrete power law P(x) ~ x^-alpha on [xmin, xmax], fitted by maximum likelihood. */
export interface PowerLawFit {
  alpha: number;
  /** The standard error of alpha. In 95 of 100 samples, the true exponent is within two standard errors. */
  standardError: number;
  /** The exponent that the generator was given, or null where it is not known. */
  requestedAlpha: number | null;
  xmin: number;
  xmax: number;
  /** The number of conversations with at least xmin messages. */
  conversations: number;
  /** The Kolmogorov-Smirnov distance between the sizes and the fit. */
  ks: number;
  /** The p-value: the share of samples drawn from the fit that are further from their own fit than the data are. */
  p: number;
  /** The power law compared with a log-normal and an exponential law. */
  against: LikelihoodRatios;
}
