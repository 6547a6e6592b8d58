import { expect } from "chai";
import fc from "fast-check";
import { Stream } from "../../../generator/plan/random";
import { conversationSizes } from "../../../generator/plan/sizes";
import { anySpec, small } from "./specs";

function sizesOf(messages: number, conversations: number, alpha = 1.8, seed = "sizes"): Int32Array {
  const spec = { ...small, messages, conversations, alpha, seed };
  return conversationSizes(spec, (name) => new Stream(seed, name));
}

/** The maximum-likelihood exponent of a discrete power law bounded by the least and the greatest of the sizes. */
function estimateAlpha(sizes: Int32Array): number {
  const [least, greatest] = [sizes[0]!, sizes[sizes.length - 1]!];
  const meanLog = sizes.reduce((sum, x) => sum + Math.log(x), 0) / sizes.length;
  const expectedLog = (alpha: number): number => {
    let [mass, sum] = [0, 0];
    for (let x = least; x <= greatest; x++) {
      const weight = x ** -alpha;
      mass += weight;
      sum += weight * Math.log(x);
    }
    return sum / mass;
  };
  let [low, high] = [1.01, 6];
  for (let i = 0; i < 30; i++) {
    const middle = (low + high) / 2;
    if (expectedLog(middle) > meanLog) low = middle;
    else high = middle;
  }
  return low;
}

function topShare(sizes: Int32Array, share: number): number {
  const total = sizes.reduce((sum, x) => sum + x, 0);
  const top = sizes.slice(sizes.length - Math.ceil(sizes.length * share));
  return top.reduce((sum, x) => sum + x, 0) / total;
}

describe("conversation sizes", () => {
  it("add up to the messages exactly, with at least one in each conversation", () => {
    fc.assert(
      fc.property(anySpec, (spec) => {
        const sizes = conversationSizes(spec, (name) => new Stream(spec.seed, name));
        expect(sizes).to.have.length(spec.conversations);
        expect(sizes.reduce((sum, x) => sum + x, 0)).to.equal(spec.messages);
        expect(Math.min(...sizes)).to.be.at.least(1);
      }),
    );
  });

  const bands: [string, number, number][] = [
    ["dev", 5_000_000, 8_000],
    ["staging", 100_000_000, 300_000],
    ["perf", 300_000_000, 600_000],
  ];
  for (const [band, messages, conversations] of bands) {
    it(`have heavy rooms and a long tail on ${band}`, function () {
      this.timeout(30_000);
      const sizes = sizesOf(messages, conversations);
      const quantile = (q: number): number => sizes[Math.floor(q * (sizes.length - 1))]!;
      expect(sizes.reduce((sum, x) => sum + x, 0)).to.equal(messages);
      expect(topShare(sizes, 0.01)).to.be.at.least(0.15);
      expect(topShare(sizes, 0.05)).to.be.at.least(0.3);
      expect(quantile(0.99) / quantile(0.5)).to.be.greaterThan(10);
      expect(sizes.at(-1)).to.be.at.most(messages / 100);
    });
  }

  for (const [messages, conversations] of [
    [5_000_000, 8_000],
    [200_000, 1_000],
    [100_000, 2_000],
  ] as const) {
    for (const alpha of [1.6, 1.8, 2.1]) {
      it(`give alpha ${alpha} back within 0.02 from ${conversations} conversations`, () => {
        for (const seed of ["one", "other"]) {
          expect(estimateAlpha(sizesOf(messages, conversations, alpha, seed))).to.be.closeTo(alpha, 0.02);
        }
      });
    }
  }
});
