import { expect } from "chai";
import fc from "fast-check";
import { gini, lorenz } from "../../../statistics/inequality";
import { erfc } from "../../../statistics/erfc";
import { exponentialSample, histogramOf, planSizes } from "./samples";

describe("the Gini coefficient", () => {
  it("is as computed by hand", () => {
    expect(gini(histogramOf([]))).to.equal(null);
    expect(gini(histogramOf([5]))).to.equal(0);
    expect(gini(histogramOf([7, 7, 7, 7]))).to.be.closeTo(0, 1e-12);
    // Half of the mean difference of all pairs, divided by the mean: (0 + 2 + 2 + 0) / 4 / 2 / 2.
    expect(gini(histogramOf([1, 3]))).to.be.closeTo(0.25, 1e-12);
    expect(gini(histogramOf([1, 1, 1, 97]))).to.be.closeTo(0.72, 1e-12);
  });

  it("of an exponential law is one half", () => {
    expect(gini(exponentialSample("gini", 50_000))).to.be.closeTo(0.5, 0.005);
  });

  it("of any sizes is half the mean difference by the mean", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 1000 }), { minLength: 1, maxLength: 40 }), (sizes) => {
        const sum = sizes.reduce((a, b) => a + b);
        const differences = sizes.flatMap((a) => sizes.map((b) => Math.abs(a - b))).reduce((a, b) => a + b);
        expect(gini(histogramOf(sizes))).to.be.closeTo(differences / (2 * sizes.length * sum), 1e-9);
      }),
      { seed: 1 },
    );
  });
});

describe("the Lorenz curve", () => {
  it("is as computed by hand", () => {
    expect(lorenz(histogramOf([]))).to.deep.equal([]);
    expect(lorenz(histogramOf([1, 1, 2, 4]))).to.deep.equal([
      { conversations: 0, messages: 0 },
      { conversations: 0.5, messages: 0.25 },
      { conversations: 0.75, messages: 0.5 },
      { conversations: 1, messages: 1 },
    ]);
  });

  it("of many sizes has about a hundred points, from corner to corner, below the diagonal, ever steeper", () => {
    const points = lorenz(planSizes("lorenz"));
    expect(points.length).to.be.within(90, 101);
    expect(points[0]).to.deep.equal({ conversations: 0, messages: 0 });
    expect(points.at(-1)).to.deep.equal({ conversations: 1, messages: 1 });
    let slope = 0;
    for (const [i, point] of points.slice(1).entries()) {
      const before = points[i]!;
      const next = (point.messages - before.messages) / (point.conversations - before.conversations);
      expect(next).to.be.at.least(slope - 1e-9);
      slope = next;
    }
  });
});

describe("the complementary error function", () => {
  it("has the tabulated values", () => {
    for (const [x, value] of [
      [0, 1],
      [0.5, 0.4795001222],
      [1, 0.1572992071],
      [2, 0.0046777349],
      [4, 1.54172579e-8],
    ] as const) {
      expect(erfc(x) / value).to.be.closeTo(1, 1.3e-7);
    }
  });
});
