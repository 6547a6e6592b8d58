import type { LikelihoodRatios } from "../../statistics/likelihood-ratio";

/** What a finding is about. */
export type Subject = "dataset" | "distribution" | "time" | "conversations" | "text" | "privacy" | "storage";

/**
 * Something that is known about a dataset beyond the eight checks. Findings never change the verdict: they say what
 * a reader should know before trusting a measurement.
 */
export interface Finding {
  /** Unique within a report, in snake case, e.g. `power_law_fit`. */
  key: string;
  name: string;
  subject: Subject;
  /** `unknown`: it could not be found out here, e.g. because a table is missing; `measured` then says why. */
  outcome: "good" | "notice" | "problem" | "unknown";
  /** The figure the outcome rests on, not rounded; null where there is none. */
  value: number | null;
  /** What was found, as one sentence with its figures. */
  measured: string;
  /** What a production-like dataset has, as text. */
  expected: string;
  /** Of single rows, at most ten: table, id, and the value masked. Never a value itself. */
  samples: { table: string; id: string; masked: string }[];
  /** The statements the figure comes from. */
  sql: string[];
  /** Time of those statements and of the arithmetic after them. */
  seconds: number;
}

/** The figures that the charts of a report are drawn from; each at most a few hundred numbers. */
export interface Analysis {
  /** Conversations by size, complementary and cumulated: share of conversations with at least so many messages. */
  ccdf: { size: number; share: number }[];
  /** The fitted power law, where one could be fitted. */
  fit: PowerLawFit | null;
  /** Lorenz curve: the smallest share `conversations` of conversations holds the share `messages` of messages. */
  lorenz: { conversations: number; messages: number }[];
  /** 0: all conversations are equally large; 1: one holds everything. */
  gini: number | null;
  /** Messages by weekday (Monday first) and hour of day, UTC: 7 times 24 counts. */
  week: number[][];
  /** Texts by length in bytes, which is what rows take: a class with each doubling, both ends inclusive. */
  textLengths: { from: number; to: number; messages: number }[];
}

/** A discrete power law P(x) ~ x^-alpha on [xmin, xmax], fitted by maximum likelihood. */
export interface PowerLawFit {
  alpha: number;
  /** Of alpha: in 95 of 100 samples the law's own exponent lies within twice this. */
  standardError: number;
  /** What the generator was asked for, where that is known. */
  requestedAlpha: number | null;
  xmin: number;
  xmax: number;
  /** Conversations of at least xmin messages. */
  conversations: number;
  /** Kolmogorov-Smirnov distance between the sizes and the fit. */
  ks: number;
  /** Share of samples drawn from the fit that lie further from their own fit than the data do. */
  p: number;
  /** Log likelihood ratios of the power law against others (positive: the power law is better) and their p-values. */
  against: LikelihoodRatios;
}
