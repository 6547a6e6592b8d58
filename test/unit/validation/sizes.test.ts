import { expect } from "chai";
import * as fc from "fast-check";
import { Sizes } from "../../../validation/sizes";

/** The sizes of conversations. */
function sizesOf(list: readonly number[]): Sizes {
  const counts = new Map<number, number>();
  for (const size of list) counts.set(size, (counts.get(size) ?? 0) + 1);
  return new Sizes([...counts].map(([size, conversations]) => ({ size, conversations })));
}

const lists = fc.array(fc.integer({ min: 1, max: 8000 }), { minLength: 1, maxLength: 400 });

describe("conversation sizes", () => {
  it("count conversations and messages", () => {
    expect(sizesOf([3, 1, 3, 10])).to.include({ conversations: 4, messages: 17, max: 10 });
  });

  describe("percentiles are by nearest rank", () => {
    const ten = sizesOf([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);

    it("the median of ten sizes is the fifth, not a size that no conversation has", () => {
      expect(ten.percentile(50)).to.equal(5);
    });

    it("p99 of ten sizes is the largest", () => {
      expect(ten.percentile(99)).to.equal(10);
    });

    it("is the element at the rank in the sorted list, for any list", () => {
      fc.assert(
        fc.property(lists, fc.constantFrom(50, 75, 90, 95, 99, 100), (list, percent) => {
          const sorted = list.toSorted((a, b) => a - b);
          const expected = sorted[Math.ceil((list.length * percent) / 100) - 1];
          expect(sizesOf(list).percentile(percent)).to.equal(expected);
        }),
      );
    });
  });

  describe("the largest conversations", () => {
    it("are 80 of 8,000 at 1 % and 400 at 5 %", () => {
      const sizes = new Sizes([{ size: 5, conversations: 8000 }]);
      expect(sizes.top(1)).to.deep.equal({ conversations: 80, share: 0.01 });
      expect(sizes.top(5)).to.deep.equal({ conversations: 400, share: 0.05 });
    });

    it("are rounded down: 2 of 299", () => {
      expect(new Sizes([{ size: 5, conversations: 299 }]).top(1).conversations).to.equal(2);
    });

    it("are one at least", () => {
      expect(sizesOf([30, 10]).top(1)).to.deep.equal({ conversations: 1, share: 0.75 });
    });

    it("take part of the conversations of one size, where the border runs through them", () => {
      const sizes = new Sizes([
        { size: 100, conversations: 1 },
        { size: 10, conversations: 99 },
      ]);
      expect(sizes.top(5)).to.deep.equal({ conversations: 5, share: 140 / 1090 });
    });

    it("hold what the largest of the sorted list hold, for any list", () => {
      fc.assert(
        fc.property(lists, fc.constantFrom(1, 5), (list, percent) => {
          const count = Math.max(1, Math.floor((list.length * percent) / 100));
          const sum = (part: number[]): number => part.reduce((a, b) => a + b, 0);
          const largest = list.toSorted((a, b) => b - a).slice(0, count);
          expect(sizesOf(list).top(percent).share).to.equal(sum(largest) / sum(list));
        }),
      );
    });
  });

  it("fall into the histogram's ranges, ends included", () => {
    const histogram = sizesOf([
      1, 10, 11, 50, 51, 100, 101, 500, 501, 1000, 1001, 5000, 5001, 90000,
    ]).histogram();
    expect(histogram).to.deep.equal([
      { range: "1-10", conversations: 2, messages: 11 },
      { range: "11-50", conversations: 2, messages: 61 },
      { range: "51-100", conversations: 2, messages: 151 },
      { range: "101-500", conversations: 2, messages: 601 },
      { range: "501-1K", conversations: 2, messages: 1501 },
      { range: "1K-5K", conversations: 2, messages: 6001 },
      { range: "5K+", conversations: 2, messages: 95001 },
    ]);
  });

  it("of no conversations are all zero", () => {
    const none = new Sizes([]);
    expect(none.percentile(50)).to.equal(0);
    expect(none.max).to.equal(0);
    expect(none.top(1)).to.deep.equal({ conversations: 0, share: 0 });
    expect(none.histogram().every(({ conversations }) => conversations === 0)).to.equal(true);
  });
});
