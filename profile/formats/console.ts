import { formatCount } from "../../common/format";
import { type Distance, isFar } from "../distances";
import type { Profile } from "../profile";

/** The width of the names of marginals. With the figures, a line has fewer than 80 columns. */
const WIDTH = 48;

/** A profile in a few lines: what it was made of, and how much it tells. */
export function profileLines(profile: Profile): string[] {
  const { messages = 0, conversations = 0, users = 0 } = profile.rows;
  const distributions = Object.values(profile.distributions).flatMap((parts) => Object.values(parts));
  const knots = distributions.reduce((sum, { knots }) => sum + knots.length, 0);
  const days = profile.windowDays === null ? "" : `, in ${formatCount(profile.windowDays)} days`;
  return [
    `${formatCount(messages)} messages of ${formatCount(users)} users in ${formatCount(conversations)} rooms${days}`,
    `${distributions.length} distributions with ${knots} knots, and ${Object.keys(profile.shares).length} tables of shares`,
  ];
}

/** A table of the distances, the farthest first. */
export function distanceLines(distances: readonly Distance[]): string[] {
  const far = distances.filter(isFar);
  const row = (mark: string, name: string, distance: string, bound: string): string =>
    `${mark} ${name.padEnd(WIDTH)} ${distance.padStart(9)} ${bound.padStart(9)}`;
  return [
    row(" ", "marginal", "distance", "bound"),
    ...distances.map((each) =>
      row(isFar(each) ? "✗" : "✓", each.marginal, each.distance.toFixed(4), each.bound.toFixed(4)),
    ),
    far.length === 0
      ? `All ${distances.length} marginals are within their bounds.`
      : `${far.length} of ${distances.length} marginals differ by more than their bounds.`,
  ];
}
