import { execFileSync } from "node:child_process";
import { expect } from "chai";
import { medianInterval, ratioInterval, type Interval } from "../../../statistics/bootstrap";
import { mannWhitney } from "../../../statistics/mann-whitney";
import { quantile } from "../../../statistics/quantile";
import { units } from "./samples";

const script = `
import json, sys
import numpy as np
from scipy import stats
def interval(samples, statistic):
    return list(stats.bootstrap(samples, statistic, n_resamples=20000, method="percentile", rng=1).confidence_interval)
def ratio(before, after, axis=-1):
    return np.median(after, axis=axis) / np.median(before, axis=axis)
def answer(before, after):
    return {
        "p": stats.mannwhitneyu(before, after).pvalue,
        "quantiles": list(np.quantile(before, [0.5, 0.95, 0.99])),
        "median": interval((before,), np.median),
        "ratio": interval((before, after), ratio),
    }
print(json.dumps([answer(np.array(before), np.array(after)) for before, after in json.load(sys.stdin)]))
`;
import { setUp } from "../../support/fixture";
import { needs, python } from "../../support/needs";

type Pair = [before: number[], after: number[]];

interface Answer {
  p: number;
  quantiles: number[];
  median: Interval;
  ratio: Interval;
}

/** Latencies in milliseconds, by default to the microsecond. */
function latencies(name: string, n: number, { ms = 1, decimals = 3 } = {}): number[] {
  const unit = units(name);
  const normal = (): number => Math.sqrt(-2 * Math.log(unit())) * Math.cos(2 * Math.PI * unit());
  return Array.from({ length: n }, () => Number((ms * Math.exp(0.3 * normal())).toFixed(decimals)));
}

const pairs: Record<string, Pair> = {
  "of 3 and 4": [latencies("a", 3), latencies("b", 4, { ms: 2 })],
  "of 8 and 8, exact": [latencies("c", 8, { decimals: 9 }), latencies("d", 8, { ms: 1.5, decimals: 9 })],
  "of 8 and 40, exact": [latencies("e", 8, { decimals: 9 }), latencies("f", 40, { ms: 1.2, decimals: 9 })],
  "of 20 and 20": [latencies("g", 20), latencies("h", 20, { ms: 1.1 })],
  "of 24 and 31 that are alike": [latencies("i", 24), latencies("j", 31)],
  "with many ties": [latencies("k", 60, { decimals: 2 }), latencies("l", 50, { ms: 1.2, decimals: 2 })],
  "that hardly overlap": [latencies("m", 200), latencies("n", 300, { ms: 3 })],
};

describe("what SciPy says of the same samples", function () {
  this.timeout(300_000);
  let answers: Map<string, Answer>;

  needs("python");
  setUp(() => {
    const input = JSON.stringify(Object.values(pairs));
    const output = execFileSync(python, ["-c", script], { input, encoding: "utf8", stdio: "pipe" });
    const list = JSON.parse(output) as Answer[];
    answers = new Map(Object.keys(pairs).map((name, i) => [name, list[i]!]));
  });

  for (const [name, [before, after]] of Object.entries(pairs)) {
    it(`${name}: Mann and Whitney's p to a millionth, quantiles, and intervals to a tenth of their width`, () => {
      const { p, quantiles, ...intervals } = answers.get(name)!;
      expect(mannWhitney([{ before, after }])).to.be.closeTo(p, 1e-6);
      const sorted = before.toSorted((a, b) => a - b);
      [0.5, 0.95, 0.99].forEach((q, i) => {
        expect(quantile(sorted, q)).to.be.closeTo(quantiles[i]!, 1e-9);
      });
      expectClose(medianInterval(name, before), intervals.median);
      expectClose(ratioInterval(name, before, after), intervals.ratio);
    });
  }
});

function expectClose([low, high]: Interval, [expectedLow, expectedHigh]: Interval): void {
  const tolerance = (expectedHigh - expectedLow) / 10;
  expect(low).to.be.closeTo(expectedLow, tolerance);
  expect(high).to.be.closeTo(expectedHigh, tolerance);
}
