import { expect } from "chai";
import fc from "fast-check";
import { Stream } from "../../../common/random";
import { conversationSizes } from "../../../generator/plan/sizes";
import { anySpec, endsFirst, expectEach, repeatable, small } from "./specs";

/**
 * The smallest number of conversations for which alpha is estimated within 0.02, and the smallest average number of
 * messages in each.
 *
 * The draws are stratified, so that only the largest conversation is left to chance, and its size also limits the
 * estimate. The error therefore falls as 1 / conversations and not as its root: at most 7 / conversations for alpha
 * 2.2, and 4 / conversations for 1.8, over hundreds of seeds. With fewer messages in each conversation, the smallest
 * size is 1 or 2, and the exact total distorts such a short law.
 */
const FEWEST_CONVERSATIONS = 400;
const FEWEST_MESSAGES_EACH = 5;

/**
 * The maximum-likelihood estimate of the exponent of a discrete power law between the smallest and the largest size.
 */
function estimateAlpha(sizes: Int32Array): number {
  const [least, greatest] = [sizes[0]!, sizes.at(-1)!];
  const logs = Float64Array.from({ length: greatest - least + 1 }, (_, i) => Math.log(least + i));
  const meanLog = sizes.reduce((sum, x) => sum + logs[x - least]!, 0) / sizes.length;
  // The likelihood has its maximum where the expected log is the mean log. Newton's method uses the variance as the
  // slope.
  let alpha = 1.8;
  for (let i = 0; i < 8; i++) {
    let [mass, sum, squares] = [0, 0, 0];
    for (const log of logs) {
      const weight = Math.exp(-alpha * log);
      mass += weight;
      sum += weight * log;
      squares += weight * log * log;
    }
    alpha += (sum / mass - meanLog) / (squares / mass - (sum / mass) ** 2);
  }
  return alpha;
}

describe("conversation sizes, whatever the seed and size of the dataset,", () => {
  it("add up to the messages exactly, with at least one in each conversation", () => {
    fc.assert(
      fc.property(anySpec, (spec) => {
        const sizes = conversationSizes(spec, (name) => new Stream(spec.seed, name));
        expect(sizes).to.have.length(spec.conversations);
        expect(sizes.reduce((sum, size) => sum + size, 0)).to.equal(spec.messages);
        expectEach(sizes, (size) => size >= 1);
      }),
      repeatable,
    );
  });
});

describe("the exponent of conversation sizes", () => {
  const shapes = fc.record({
    conversations: endsFirst([FEWEST_CONVERSATIONS], fc.integer({ min: FEWEST_CONVERSATIONS, max: 8000 })),
    messagesEach: endsFirst(
      [FEWEST_MESSAGES_EACH, 625],
      fc.double({ min: FEWEST_MESSAGES_EACH, max: 625, noNaN: true }),
    ),
    seed: fc.string({ minLength: 1, maxLength: 8 }),
  });

  for (const alpha of [1.5, 1.8, 2.2]) {
    it(`comes back within 0.02 of ${alpha} from ${FEWEST_CONVERSATIONS} conversations or more`, () => {
      fc.assert(
        fc.property(shapes, ({ conversations, messagesEach, seed }) => {
          const messages = Math.round(conversations * messagesEach);
          const spec = { ...small, messages, conversations, alpha, seed };
          const sizes = conversationSizes(spec, (name) => new Stream(seed, name));
          expect(sizes.reduce((sum, x) => sum + x, 0)).to.equal(messages);
          expect(estimateAlpha(sizes)).to.be.closeTo(alpha, 0.02);
        }),
        repeatable,
      );
    });
  }
});
