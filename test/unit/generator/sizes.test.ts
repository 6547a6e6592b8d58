import { expect } from "chai";
import { Stream } from "../../../common/random";
import { conversationSizes } from "../../../generator/plan/sizes";
import { small } from "./specs";

function sizesOf(messages: number, conversations: number, alpha = 1.8, seed = "sizes"): Int32Array {
  const spec = { ...small, messages, conversations, alpha, seed };
  return conversationSizes(spec, (name) => new Stream(seed, name));
}

function topShare(sizes: Int32Array, share: number): number {
  const total = sizes.reduce((sum, x) => sum + x, 0);
  const top = sizes.slice(sizes.length - Math.ceil(sizes.length * share));
  return top.reduce((sum, x) => sum + x, 0) / total;
}

describe("conversation sizes", () => {
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
});
