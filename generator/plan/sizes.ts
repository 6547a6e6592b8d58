import type { DatasetSpec } from "../spec";
import { exp, ln } from "./arithmetic";
import type { Streams } from "../../common/random";

/**
 * How many messages each conversation has, ascending, with the exact total `spec.messages`.
 *
 * The sizes are stratified quantiles of the discrete power law P(x) ~ x^-alpha on [xmin, xmax]: one jittered draw
 * from each of `conversations` equal slices of probability, so that alpha is recovered closely even from few
 * conversations. xmin is the least with which the sizes reach the total under the default xmax; xmax is then
 * lowered (by a few percent on the bands) until the total is met, and the few messages still too many are taken
 * one by one from the largest conversations.
 */
export function conversationSizes(spec: DatasetSpec, streams: Streams): Int32Array {
  const { messages, conversations, alpha } = spec;
  const jitter = streams("conversations.size");
  const strata = Float64Array.from({ length: conversations }, (_, i) => (i + jitter.unit(i)) / conversations);
  const limit = largestSize(spec);
  const mass = cumulativeMass(alpha, limit);
  const sizes = new Int32Array(conversations);

  const draw = (xmin: number, xmax: number): number => {
    const below = mass[xmin - 1]!;
    const span = mass[xmax]! - below;
    let total = 0;
    let x = xmin;
    for (let i = 0; i < conversations; i++) {
      const target = below + strata[i]! * span;
      while (x < xmax && mass[x]! < target) x++;
      sizes[i] = x;
      total += x;
    }
    return total;
  };
  const xmin = least(1, limit, (x) => draw(x, limit) >= messages);
  const xmax = least(xmin, limit, (x) => draw(xmin, x) >= messages);
  takeFromLargest(sizes, draw(xmin, xmax) - messages);
  return sizes;
}

/**
 * The default xmax: 1 % of all messages, but never less than 80 mean sizes (which is what 1 % comes to on the dev
 * band), or a small dataset would have no room for a tail.
 */
export function largestSize({
  messages,
  conversations,
}: Pick<DatasetSpec, "messages" | "conversations">): number {
  const roomForTail = Math.ceil(Math.max(messages / 100, (80 * messages) / conversations));
  return Math.min(messages - conversations + 1, roomForTail);
}

/** mass[x] = sum of i^-alpha for i = 1..x. */
function cumulativeMass(alpha: number, limit: number): Float64Array {
  const mass = new Float64Array(limit + 1);
  for (let x = 1; x <= limit; x++) mass[x] = mass[x - 1]! + exp(-alpha * ln(x));
  return mass;
}

/** The least integer in [low, high] for which the monotone `holds` is true, `high` when there is none below. */
export function least(low: number, high: number, holds: (x: number) => boolean): number {
  let from = low;
  let to = high;
  while (from < to) {
    const middle = Math.floor((from + to) / 2);
    if (holds(middle)) to = middle;
    else from = middle + 1;
  }
  return from;
}

/** Lowers the sum of ascending sizes by `excess`, one from each of the largest in turn, leaving at least 1 in each. */
function takeFromLargest(sizes: Int32Array, excess: number): void {
  // A single conversation, or a handful, may be far from its total: take evenly first.
  let left = excess;
  while (left > 0) {
    const each = Math.max(1, Math.floor(left / sizes.length));
    for (let i = sizes.length - 1; i >= 0 && left > 0; i--) {
      const taken = Math.min(each, left, sizes[i]! - 1);
      sizes[i]! -= taken;
      left -= taken;
    }
  }
  sizes.sort();
}
