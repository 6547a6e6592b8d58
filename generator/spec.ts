/**
 * The version of the model that makes rows from a spec. Raise it with any change after which an equal spec gives other
 * rows. A load never resumes a dataset of another version, and never takes it for the wanted one.
 */
export const MODEL_VERSION = 3;

/** Everything that determines the content of a dataset. Equal specs give equal rows, on any machine and at any time. */
export interface DatasetSpec {
  /** The exact number of rows in `messages`. */
  messages: number;
  /** The exact number of rows in `users`. */
  users: number;
  /** The exact number of rows in `conversations`. */
  conversations: number;
  /** Any text. Another seed gives another dataset of the same shape. */
  seed: string;
  /** The exponent of the power law of conversation sizes, above 1. A lower one gives heavier rooms. */
  alpha: number;
  /** The length of the time window, days. */
  windowDays: number;
  /**
   * The end of the time window, as an ISO 8601 instant in UTC. It is fixed, and never the current time.
   *
   * @example 2025-10-01T00:00:00Z
   */
  windowEnd: string;
  /**
   * The values of additional columns: entries `table.column = expression`, separated by semicolons or line breaks.
   *
   * @default additional columns are filled by their types
   * @example messages.tenantId = tenant-{number % 10}; users.plan = free
   */
  columns?: string;
}

/** Copies a spec with only its own keys, in a fixed order. */
export function plainSpec({
  messages,
  users,
  conversations,
  seed,
  alpha,
  windowDays,
  windowEnd,
  columns = "",
}: DatasetSpec): DatasetSpec {
  const spec = { messages, users, conversations, seed, alpha, windowDays, windowEnd };
  return columns === "" ? spec : { ...spec, columns };
}
