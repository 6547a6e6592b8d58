/** What a chat database is like, in aggregates only. Every figure has four significant digits. */
export interface Profile {
  /** Marks the file as a profile. */
  format: "chat-perf-profile";
  /** The version of this format. */
  version: 1;
  /** The number of rows of each table. */
  rows: Record<string, number>;
  /**
   * The days from the first to the last day on which enough people wrote. Null when there is no such day; shares of the
   * window then refer to the days from the first to the last message.
   */
  windowDays: number | null;
  /** Distributions by name, and by what they are divided by: an empty text if by nothing. */
  distributions: Record<string, Record<string, Distribution>>;
  /** Tables of shares, by name. */
  shares: Record<string, Shares>;
  /** How the messages lie on disk, from the server's statistics. Null for what the server does not know. */
  physical: Record<string, number | null>;
}

/** The unit of the values of a distribution. */
export type Unit = "count" | "seconds" | "bytes" | "file bytes" | "share";

/** The distribution of a number over many members, such as rooms or messages. */
export interface Distribution {
  /** The unit of the values. */
  unit: Unit;
  /** The number of members. */
  members: number;
  /** The mean value. */
  mean: number;
  /** Pairs of an edge and the share of members whose value is below it, in rising order. */
  knots: [below: number, share: number][];
  /** The mean value of the members from the last edge on, or of all when there is no edge. */
  tail: number;
}

/** The shares of several kinds. They sum to 1. */
export interface Shares {
  /** The number of members. */
  members: number;
  /** The share of each kind. */
  of: Record<string, number>;
  /** The share of all kinds that have too few users or rooms to be told alone. Null when these are too few together. */
  others: number | null;
  /** The number of these kinds. */
  otherKeys: number | null;
}
