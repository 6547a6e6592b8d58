import type { DatasetSpec } from "../spec";
import type { Streams } from "../../common/random";
import type { TimeModel } from "./time-model";

/** The number of windows before the dataset's window over which users signed up. */
const HISTORY_WINDOWS = 8;
/** Conversations are at most this many windows older than their first message. */
export const OLDEST_CONVERSATION_WINDOWS = 2;

/** The number of users who signed up before the oldest conversation began: two thirds, but at least two. */
export function firstUsers(users: number): number {
  return Math.min(users, Math.max(2, Math.ceil((users * 2) / 3)));
}

/** The instants at which users signed up, Unix milliseconds, in ascending order. */
export function signUps(spec: DatasetSpec, time: TimeModel, streams: Streams): Float64Array {
  const window = time.end - time.start;
  const historyStart = time.start - HISTORY_WINDOWS * window;
  const oldestConversation = time.start - OLDEST_CONVERSATION_WINDOWS * window - 60_000;
  const first = firstUsers(spec.users);
  const later = spec.users - first;
  const jitter = streams("users.createdAt");
  return Float64Array.from({ length: spec.users }, (_, user) => {
    const at = user + jitter.unit(user);
    const instant =
      user < first
        ? historyStart + (at / first) * (oldestConversation - historyStart)
        : oldestConversation + ((at - first) / later) * (time.end - oldestConversation);
    return Math.floor(instant);
  });
}

/** Counts the ascending instants in [from, to) that are at or before `instant`. */
export function countUntil(instants: Float64Array, instant: number, from = 0, to = instants.length): number {
  let low = from;
  let high = to;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (instants[middle]! <= instant) low = middle + 1;
    else high = middle;
  }
  return low - from;
}
