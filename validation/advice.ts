import { largestSize, least } from "../generator/plan/sizes";
import { formatPercent } from "../common/format";
import type { Sizes } from "./sizes";
import type { QualityThresholds } from "./thresholds";

/** How a power law distributes messages over conversations. */
export interface Spread {
  alpha: number;
  /** The share of all messages in the largest 1 % of conversations, 0 to 1. */
  topOne: number;
  /** The share of all messages in the largest 5 % of conversations, 0 to 1. */
  topFive: number;
  /** The ratio p99/p50 of conversation sizes. */
  tailRatio: number;
}

/** Below this number of messages in each conversation, sizes cannot differ enough, whatever the exponent is. */
const FEW = 10;

/** The exponent of `Pulumi.yaml`. */
const DEFAULT_ALPHA = 1.8;

/** The exponents that are tried, from the most even distribution on: 4.0, 3.9 … 1.1. */
const alphas = Array.from({ length: 30 }, (_, i) => (40 - i) / 10);

/**
 * Advises a change for a dataset whose conversation sizes are too even: fewer conversations if they have few messages, and
 * otherwise an exponent. It names the exponent that comes nearest to the
 * present sizes, and the next exponent that would pass with the same numbers of messages and conversations. A lower
 * exponent is preferred.
 */
export function alphaAdvice(sizes: Sizes, thresholds: QualityThresholds): string {
  const { conversations, messages } = sizes;
  if (messages === 0) return "generate messages";
  const each = messages / conversations;
  const command = fewer(sizes, thresholds);
  if (each < FEW && command !== undefined) {
    return `generate fewer conversations, because each has only ${each.toFixed(1)} messages: ${command}`;
  }
  const found = {
    topOne: sizes.top(1).share,
    topFive: sizes.top(5).share,
    tailRatio: sizes.percentile(99) / sizes.percentile(50),
  };
  const spreads = alphas.map((alpha) => powerLawSpread(alpha, conversations, messages));
  const distance = ({ topOne, tailRatio }: Spread): number =>
    Math.abs(Math.log(topOne / found.topOne)) + Math.abs(Math.log(tailRatio / found.tailRatio));
  const now = spreads.toSorted((a, b) => distance(a) - distance(b))[0]!;
  const passing = spreads.filter((spread) => passes(spread, thresholds));
  const better =
    passing.find(({ alpha }) => alpha < now.alpha) ?? passing.findLast(({ alpha }) => alpha > now.alpha);
  if (better === undefined) {
    return `generate fewer conversations or more messages, because no alpha gives enough with ${each.toFixed(1)} messages in each`;
  }
  const present =
    now === spreads[0] ? "sizes are nearly equal" : `alpha ${now.alpha} gives ${figures(found)}`;
  const change = better.alpha < now.alpha ? "decrease" : "increase";
  return (
    `${change} power-law alpha in generator (${present}; about ${better.alpha} would give ${figures(better)}): ` +
    `\`pulumi config set alpha ${better.alpha}\`, then \`pulumi up\``
  );
}

/** The commands that set a number of conversations which passes with the default exponent, if there is one. */
function fewer({ conversations, messages }: Sizes, thresholds: QualityThresholds): string | undefined {
  for (let number = roundDown(conversations / 2); number >= 100; number = roundDown(number / 2)) {
    if (passes(powerLawSpread(DEFAULT_ALPHA, number, messages), thresholds)) {
      return `\`pulumi config set conversations ${number}\`, then \`pulumi up\``;
    }
  }
  return undefined;
}

/** Rounds down to two significant digits. */
function roundDown(number: number): number {
  const unit = 10 ** Math.max(0, Math.floor(Math.log10(number)) - 1);
  return Math.floor(number / unit) * unit;
}

function passes({ topOne, topFive, tailRatio }: Spread, thresholds: QualityThresholds): boolean {
  return (
    topOne >= thresholds.topOnePercentShare &&
    topFive >= thresholds.topFivePercentShare &&
    tailRatio > thresholds.tailRatio
  );
}

function figures({ topOne, topFive, tailRatio }: Omit<Spread, "alpha">): string {
  return `${formatPercent(topOne, 0)} and ${formatPercent(topFive, 0)}, p99/p50 ${Math.round(tailRatio)}`;
}

/**
 * Computes the spread of the power law x^-alpha on [xmin, xmax] with the given numbers of conversations and messages.
 * xmin and xmax are the ones that the generator would choose.
 */
export function powerLawSpread(alpha: number, conversations: number, messages: number): Spread {
  const limit = largestSize({ messages, conversations });
  const reaches = (from: number, to: number): boolean =>
    sum(1 - alpha, from, to) / sum(-alpha, from, to) >= messages / conversations;
  const xmin = least(1, limit, (x) => reaches(x, limit));
  const xmax = least(xmin, limit, (x) => reaches(xmin, x));
  const all = sum(-alpha, xmin, xmax);

  /** The least size that is exceeded by at most the share `top` of conversations. */
  const quantile = (top: number): number => least(xmin, xmax, (x) => sum(-alpha, xmin, x) >= (1 - top) * all);
  const share = (percent: number): number => {
    const top = Math.max(1, Math.floor((conversations * percent) / 100)) / conversations;
    const x = quantile(top);
    const larger = sum(-alpha, x + 1, xmax);
    return (sum(1 - alpha, x + 1, xmax) + (top * all - larger) * x) / sum(1 - alpha, xmin, xmax);
  };
  return { alpha, topOne: share(1), topFive: share(5), tailRatio: quantile(0.01) / quantile(0.5) };
}

/** The sum of x^power over the whole numbers from `from` to `to`. The first hundred terms are exact, the rest is an integral. */
function sum(power: number, from: number, to: number): number {
  const exact = Math.min(to, from + 99);
  let total = 0;
  for (let x = from; x <= exact; x++) total += x ** power;
  return to > exact ? total + integral(power, exact + 0.5, to + 0.5) : total;
}

/** The integral of x^power from `from` to `to`. */
function integral(power: number, from: number, to: number): number {
  return power === -1 ? Math.log(to / from) : (to ** (power + 1) - from ** (power + 1)) / (power + 1);
}
