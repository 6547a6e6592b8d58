import type { Distribution, Profile, Shares } from "./profile";

/** How far one marginal of a profile is from the same one of another. */
export interface Distance {
  /** The name, and what it is divided by, e.g. `messages-per-room (GROUP_CHAT)`. */
  marginal: string;
  /** Kolmogorov-Smirnov distance of a distribution, or total variation of shares: from 0 (equal) to 1. */
  distance: number;
  /** The largest distance that counts as equal. */
  bound: number;
}

/** Whether a marginal differs by more than its bound. */
export function isFar({ distance, bound }: Distance): boolean {
  return distance > bound;
}

/**
 * The largest distance of two large samples that counts as equal. It is a matter of use: what is smaller does not change
 * which rooms, people or messages a query meets.
 */
const LARGEST = 0.05;

/**
 * The distance that two samples of one distribution exceed in one of 1,000 cases, times the root of 1/n + 1/m (Smirnov,
 * 1948: the root of ln(2 / 0.001) / 2).
 */
const SMIRNOV = Math.sqrt(Math.log(2 / 0.001) / 2);

/** The distances of all marginals that two profiles have, the farthest beyond its bound first. */
export function distances(one: Profile, other: Profile): Distance[] {
  const found: Distance[] = [];
  for (const name of namesOf(one.distributions, other.distributions)) {
    const [a, b] = [one.distributions[name] ?? {}, other.distributions[name] ?? {}];
    for (const part of namesOf(a, b)) {
      const measured = distributionDistance(a[part], b[part]);
      if (measured !== undefined)
        found.push({ marginal: part === "" ? name : `${name} (${part})`, ...measured });
    }
  }
  for (const name of namesOf(one.shares, other.shares)) {
    found.push({ marginal: name, ...sharesDistance(one.shares[name], other.shares[name]) });
  }
  return found.sort((a, b) => b.distance / b.bound - a.distance / a.bound);
}

/** Undefined when neither profile tells more than a mean. */
function distributionDistance(
  one: Distribution | undefined,
  other: Distribution | undefined,
): Omit<Distance, "marginal"> | undefined {
  if (one === undefined || other === undefined) return { distance: 1, bound: LARGEST };
  const bound = Math.max(LARGEST, SMIRNOV * Math.sqrt(1 / one.members + 1 / other.members));
  const edges = [...one.knots, ...other.knots].map(([edge]) => edge);
  const differences = edges.flatMap((edge) => {
    const [a, b] = [shareBelow(one, edge), shareBelow(other, edge)];
    return a === undefined || b === undefined ? [] : [Math.abs(a - b)];
  });
  return differences.length === 0 ? undefined : { distance: Math.max(...differences), bound };
}

/**
 * The share of members whose value is below an edge. Between two knots the logarithm of the value is taken to be even.
 * Below the first knot and above the last one nothing is known.
 */
export function shareBelow({ knots }: Distribution, edge: number): number | undefined {
  const above = knots.findIndex(([knot]) => knot >= edge);
  if (above === -1) return undefined;
  const [high, highShare] = knots[above]!;
  if (high === edge) return highShare;
  const below = knots[above - 1];
  if (below === undefined) return undefined;
  const [low, lowShare] = below;
  return lowShare + ((highShare - lowShare) * Math.log(edge / low)) / Math.log(high / low);
}

/** The total variation: half of the sum of all differences. */
function sharesDistance(one: Shares | undefined, other: Shares | undefined): Omit<Distance, "marginal"> {
  if (one === undefined || other === undefined) return { distance: 1, bound: LARGEST };
  const keys = namesOf(one.of, other.of);
  const told = keys.map((key) => Math.abs((one.of[key] ?? 0) - (other.of[key] ?? 0)));
  const distance =
    [...told, Math.abs((one.others ?? 0) - (other.others ?? 0))].reduce((a, b) => a + b, 0) / 2;
  // The mean total variation of two samples with k equal shares is the root of k (1/n + 1/m) / (2 pi).
  const noise = Math.sqrt((keys.length * (1 / one.members + 1 / other.members)) / (2 * Math.PI));
  return { distance, bound: Math.max(LARGEST, 2 * noise) };
}

function namesOf(one: object, other: object): string[] {
  return [...new Set([...Object.keys(one), ...Object.keys(other)])];
}
