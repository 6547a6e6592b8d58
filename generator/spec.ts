/**
 * The version of everything that decides a row beside the spec. Raise it with any change after which an equal spec
 * gives other rows: a dataset of another version is never continued, nor taken for a present one.
 */
export const MODEL_VERSION = 3;

/** Everything that decides the content of a dataset. Equal specs give equal rows, on any machine, at any time. */
export interface DatasetSpec {
  /** Rows in `messages`, exactly. */
  messages: number;
  /** Rows in `users`, exactly. */
  users: number;
  /** Rows in `conversations`, exactly. */
  conversations: number;
  /** Any text; another seed gives another dataset of the same shape. */
  seed: string;
  /** Exponent of the power law of conversation sizes, > 1; lower means heavier rooms. */
  alpha: number;
  /** Length of the time window in days. */
  windowDays: number;
  /** End of the time window, an ISO 8601 instant in UTC, e.g. `2025-10-01T00:00:00Z`; fixed, never "now". */
  windowEnd: string;
}

/** The spec's own keys in a fixed order, whatever else the object carries. */
export function plainSpec({
  messages,
  users,
  conversations,
  seed,
  alpha,
  windowDays,
  windowEnd,
}: DatasetSpec): DatasetSpec {
  return { messages, users, conversations, seed, alpha, windowDays, windowEnd };
}
