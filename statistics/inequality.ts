import type { Histogram } from "./histogram";

/** The most points of the Lorenz curve, both ends included. */
const LORENZ_POINTS = 101;

/** A point of the Lorenz curve: the smallest conversations, a share `conversations` of all, have the share `messages` of all messages. */
export interface LorenzPoint {
  conversations: number;
  messages: number;
}

/** The Lorenz curve from (0, 0) to (1, 1), thinned evenly. It is empty without values. */
export function lorenz({ value, count }: Histogram): LorenzPoint[] {
  if (value.length === 0) return [];
  const points = [{ conversations: 0, messages: 0 }];
  const all = sums({ value, count });
  let [conversations, messages] = [0, 0];
  value.forEach((size, i) => {
    conversations += count[i]!;
    messages += size * count[i]!;
    points.push({ conversations: conversations / all.count, messages: messages / all.value });
  });
  // The points are evenly spaced along the curve, because it is steep at its end.
  return thinned(points, LORENZ_POINTS, ({ conversations: x, messages: y }) => (x + y) / 2);
}

/**
 * The Gini coefficient: twice the area between the Lorenz curve and the diagonal. It is 0 when all values are equal, and
 * near 1 when one value is nearly the whole sum. It is null without values.
 */
export function gini({ value, count }: Pick<Histogram, "value" | "count">): number | null {
  if (value.length === 0) return null;
  const all = sums({ value, count });
  let [area, before] = [0, 0];
  value.forEach((size, i) => {
    const after = before + (size * count[i]!) / all.value;
    area += ((before + after) * count[i]!) / all.count;
    before = after;
  });
  return 1 - area;
}

/**
 * Chooses points that are about evenly spaced, both ends included.
 *
 * @param most the most points to choose
 * @param at the ascending coordinate of a point, 0 to 1
 */
export function thinned<Point>(points: Point[], most: number, at: (point: Point) => number): Point[] {
  if (points.length <= most) return points;
  let next = 0;
  return points.filter((point, i) => {
    if (i < points.length - 1 && at(point) < next / (most - 1)) return false;
    next = Math.floor(at(point) * (most - 1)) + 1;
    return true;
  });
}

function sums({ value, count }: Pick<Histogram, "value" | "count">): { count: number; value: number } {
  const sum = { count: 0, value: 0 };
  value.forEach((size, i) => {
    sum.count += count[i]!;
    sum.value += size * count[i]!;
  });
  return sum;
}
