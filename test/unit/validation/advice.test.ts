import { expect } from "chai";
import { conversationSizes } from "../../../generator/plan/sizes";
import { Stream } from "../../../common/random";
import { alphaAdvice, powerLawSpread } from "../../../validation/advice";
import { Sizes } from "../../../validation/sizes";
import { defaultThresholds } from "../../../validation/thresholds";
import { small } from "../generator/specs";

/** The sizes of a generated dataset. */
function generated(messages: number, conversations: number, alpha: number): Sizes {
  const spec = { ...small, messages, conversations, alpha };
  const counts = new Map<number, number>();
  for (const size of conversationSizes(spec, (name) => new Stream(spec.seed, name))) {
    counts.set(size, (counts.get(size) ?? 0) + 1);
  }
  return new Sizes([...counts].map(([size, conversations]) => ({ size, conversations })));
}

/** A dataset whose conversations have the same size. */
const equal = (size: number, conversations: number): Sizes => new Sizes([{ size, conversations }]);

describe("the spread of a power law", () => {
  for (const [messages, conversations] of [
    [5_000_000, 8_000],
    [300_000, 8_000],
    [30_000, 3_000],
  ] as const) {
    it(`is what the generator makes of ${messages} messages in ${conversations} conversations`, () => {
      for (const alpha of [1.2, 1.5, 1.8, 2, 2.2, 2.5, 3, 4]) {
        const sizes = generated(messages, conversations, alpha);
        const { topOne, topFive, tailRatio } = powerLawSpread(alpha, conversations, messages);
        expect(topOne, `alpha ${alpha}`).to.be.closeTo(sizes.top(1).share, 0.005);
        expect(topFive, `alpha ${alpha}`).to.be.closeTo(sizes.top(5).share, 0.005);
        const ratio = sizes.percentile(99) / sizes.percentile(50);
        expect(tailRatio / ratio, `alpha ${alpha}`).to.be.within(0.9, 1.1);
      }
    });
  }
});

describe("advice on alpha", () => {
  it("names the alpha that there is, what it gives, and the next lower one that passes", () => {
    expect(alphaAdvice(generated(5_000_000, 8_000, 3), defaultThresholds)).to.equal(
      "decrease power-law alpha in generator (alpha 3 gives 9 % and 22 %, p99/p50 7; about 2.5 would give 16 % and 32 %, p99/p50 13): `pulumi config set alpha 2.5`, then `pulumi up`",
    );
  });

  it("keeps its word: the alpha that it names passes", () => {
    for (const alpha of [2.6, 2.8, 3, 3.5]) {
      const advice = alphaAdvice(generated(5_000_000, 8_000, alpha), defaultThresholds);
      const better = generated(5_000_000, 8_000, Number(/about ([\d.]+)/.exec(advice)![1]));
      expect(better.top(1).share).to.be.at.least(0.15);
      expect(better.top(5).share).to.be.at.least(0.3);
      expect(better.percentile(99) / better.percentile(50)).to.be.greaterThan(10);
    }
  });

  it("follows the thresholds", () => {
    const strict = { ...defaultThresholds, topOnePercentShare: 0.3 };
    expect(alphaAdvice(generated(5_000_000, 8_000, 2.2), strict)).to.match(
      /^decrease .*\(alpha 2\.2 gives 23 % .*; about 1\.9 would give 31 % /,
    );
  });

  it("of equal sizes, which no power law has, says that they are", () => {
    expect(alphaAdvice(equal(600, 8_000), defaultThresholds)).to.match(
      /^decrease .*\(sizes are nearly equal; about 2\.5 would give 16 % /,
    );
  });

  it("is an increase where alpha is so low that all conversations become large", () => {
    expect(alphaAdvice(generated(30_000, 3_000, 1.5), defaultThresholds)).to.match(
      /^increase .*\(alpha 1\.5 gives 15 % .*; about 1\.6 would give 22 % /,
    );
  });

  it("names a number of conversations that passes, for few messages in many conversations", () => {
    const advice = alphaAdvice(generated(20_000, 8_000, 1.8), defaultThresholds);
    const conversations = Number(/set conversations (\d+)/.exec(advice)![1]);
    const better = generated(20_000, conversations, 1.8);
    expect(better.top(1).share).to.be.at.least(0.15);
    expect(better.top(5).share).to.be.at.least(0.3);
    expect(better.percentile(99) / better.percentile(50)).to.be.greaterThan(10);
  });

  it("is not about alpha where none can help", () => {
    expect(alphaAdvice(equal(1, 3_000), defaultThresholds)).to.equal(
      "generate fewer conversations, because each has only 1.0 messages: `pulumi config set conversations 180`, then `pulumi up`",
    );
    expect(alphaAdvice(new Sizes([]), defaultThresholds)).to.equal("generate messages");
  });
});
