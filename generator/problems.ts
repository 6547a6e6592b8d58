import { formatCount } from "../common/format";
import { parseGivenColumns } from "./layout/given-columns";
import { directConversations } from "./plan/conversations";
import { firstUsers } from "./plan/people";
import type { DatasetSpec } from "./spec";

/** A reason why a dataset is impossible. */
export interface SpecProblem {
  key: keyof DatasetSpec;
  /** One sentence, which begins with the key. */
  problem: string;
}

/** Messages are numbered in 31 bits. */
const MOST_MESSAGES = 2 ** 31 - 1;
/** The plan of users and conversations is in memory and takes about 50 bytes for each. */
const MOST_PLANNED = 50_000_000;
/** The table of the power law has up to 80 times as many entries. */
const LARGEST_MEAN_SIZE = 100_000;
const ALPHA = { above: 1, most: 4 };
/** A leap year. The model has no seasons, so a longer window would not be realistic. */
const MOST_DAYS = 366;
/** The limits for the end of the window. An id has the time of its row in eight base-36 digits, also for times before the window. */
const END = { earliest: Date.UTC(2000, 0, 1), latest: Date.UTC(2059, 0, 1) };

/** All reasons why a dataset of this spec is impossible. The list is empty when the dataset is possible. */
export function specProblems(spec: DatasetSpec): SpecProblem[] {
  const { messages, users, conversations, alpha, windowDays } = spec;
  const problems: SpecProblem[] = [];
  const add = (key: keyof DatasetSpec, problem: string): void => {
    problems.push({ key, problem: `${key} ${problem}` });
  };
  const range = (
    key: "messages" | "users" | "conversations" | "windowDays",
    least: number,
    most: number,
  ): void => {
    const value = spec[key];
    if (Number.isInteger(value) && value >= least && value <= most) return;
    add(key, `must be a whole number from ${formatCount(least)} to ${formatCount(most)}, but is ${value}.`);
  };
  range("messages", 1, MOST_MESSAGES);
  range("users", 2, MOST_PLANNED);
  range("conversations", 1, MOST_PLANNED);
  range("windowDays", 1, MOST_DAYS);
  if (spec.seed.trim() === "")
    add("seed", "must not be empty: another seed gives another dataset of the same shape.");
  if (!(alpha > ALPHA.above && alpha <= ALPHA.most)) {
    add("alpha", `must be greater than ${ALPHA.above} and at most ${ALPHA.most}, but is ${alpha}.`);
  }
  const end = Date.parse(spec.windowEnd);
  if (!/^\d{4}-\d\d-\d\dT[\d:.]+Z$/.test(spec.windowEnd) || Number.isNaN(end)) {
    add("windowEnd", `must be an instant in UTC such as 2025-10-01T00:00:00Z, but is "${spec.windowEnd}".`);
  } else if (end < END.earliest || end > END.latest) {
    add("windowEnd", `must lie between the years 2000 and 2058, but is ${spec.windowEnd}.`);
  }
  const given = parseGivenColumns(spec.columns ?? "");
  if ("wrong" in given) {
    add(
      "columns",
      `must be entries such as messages.tenantId = acme, separated by semicolons, but one is "${given.wrong}".`,
    );
  }
  if (problems.length > 0) return problems;

  const direct = directConversations(conversations);
  const first = firstUsers(users);
  const pairs = (first * (first - 1)) / 2;
  if (conversations > messages) {
    add(
      "conversations",
      `(${formatCount(conversations)}) must not exceed messages (${formatCount(messages)}): each conversation has at least one.`,
    );
  } else if (messages / conversations > LARGEST_MEAN_SIZE) {
    add(
      "conversations",
      `(${formatCount(conversations)}) must be at least ${formatCount(Math.ceil(messages / LARGEST_MEAN_SIZE))} for ${formatCount(messages)} messages, because a conversation may have at most ${formatCount(LARGEST_MEAN_SIZE)} messages on average.`,
    );
  }
  if (direct > pairs) {
    add(
      "users",
      `(${formatCount(users)}) are too few for ${formatCount(conversations)} conversations: ${formatCount(direct)} of them are direct messages, and the ${formatCount(first)} earliest users form only ${formatCount(pairs)} pairs.`,
    );
  }
  if (messages / windowDays > MOST_MESSAGES / 30) {
    add(
      "windowDays",
      `(${windowDays}) must be at least ${Math.ceil((messages * 30) / MOST_MESSAGES)} for ${formatCount(messages)} messages.`,
    );
  }
  return problems;
}
