import type { DatasetSpec } from "../spec";
import { exp, ln } from "./arithmetic";
import type { Streams } from "../../common/random";

/**
 * The number of messages of each conversation, in ascending order. Their sum is exactly `spec.messages`.
 *
 * The sizes are stratified quantiles of the discrete power law P(x) ~ x^-alpha on [xmin, xmax]: one jittered draw from
 * each of `conversations` equal intervals of probability. A fit therefore recovers alpha closely, even from few
 * conversations. xmin is the least value with which the sizes reach the total under the default xmax. xmax is then lowered
 * (by a few percent in the bands) until the sizes exceed the total by little. The excess is taken from the largest
 * conversations.
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
 * The default xmax: 1 % of all messages, but at least 80 mean sizes, which is 1 % in the dev band. With less, a small
 * dataset would have no room for a tail.
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

/** The least integer in [low, high] for which the monotone `holds` is true, or `high` when there is none below it. */
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

/** Lowers the sum of ascending sizes by `excess`. It takes from the largest sizes in turn, and leaves at least 1 in each. */
function takeFromLargest(sizes: Int32Array, excess: number): void {
  // The sizes of very few conversations may exceed the total by much, so that each gives more than one message.
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
