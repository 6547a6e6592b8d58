import { expect } from "chai";
import fc from "fast-check";
import { holm } from "../../../statistics/holm";
import {
  bootstrapInterval,
  medianInterval,
  quantileInterval,
  ratioInterval,
} from "../../../statistics/bootstrap";
import { mannWhitney } from "../../../statistics/mann-whitney";
import { modes } from "../../../statistics/modes";
import { median, quantile } from "../../../statistics/quantile";
import { units } from "./samples";

const samples = fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 1, maxLength: 25 });

function normals(name: string, n: number): number[] {
  const unit = units(name);
  return Array.from({ length: n }, () => Math.sqrt(-2 * Math.log(unit())) * Math.cos(2 * Math.PI * unit()));
}

describe("a quantile", () => {
  it("is linear between the two nearest values (Hyndman and Fan's type 7)", () => {
    expect(quantile([1, 2, 3, 4], 0.5)).to.equal(2.5);
    expect(quantile([1, 2, 3, 4], 0.95)).to.be.closeTo(3.85, 1e-12);
    expect(quantile([10, 20], 0)).to.equal(10);
    expect(quantile([10, 20], 1)).to.equal(20);
    expect(quantile([7], 0.99)).to.equal(7);
  });

  it("at one half is the median of values in any order", () => {
    expect(median([9, 1, 5])).to.equal(5);
    expect(median([9, 1, 5, 6])).to.equal(5.5);
    expect(median([7])).to.equal(7);
  });
});

describe("Mann and Whitney's p-value", () => {
  it("is exact for small samples without ties: of 20 orders of 3 and 3, one has the largest U", () => {
    expect(mannWhitney([{ before: [1, 2, 3], after: [4, 5, 6] }])).to.be.closeTo(2 / 20, 1e-12);
    expect(mannWhitney([{ before: [1, 2, 4], after: [3, 5, 6] }])).to.be.closeTo(4 / 20, 1e-12);
  });

  it("of several strata is that of their U together: 1 of 36 for two rounds of 2 and 2", () => {
    const round = { before: [1, 2], after: [3, 4] };
    expect(mannWhitney([round, round])).to.be.closeTo(2 / 36, 1e-12);
  });

  it("within strata does not see what differs between them", () => {
    // Each round has the same change, and the machine becomes slower from round to round.
    const rounds = Array.from({ length: 10 }, (_, i) => ({
      before: [i * 10 + 1, i * 10 + 2],
      after: [i * 10 + 3, i * 10 + 4],
    }));
    const all = { before: rounds.flatMap((r) => r.before), after: rounds.flatMap((r) => r.after) };
    expect(mannWhitney(rounds)).to.be.below(1e-6);
    expect(mannWhitney([all])).to.be.above(0.5);
  });

  it("is 1 for samples that are all the same", () => {
    expect(mannWhitney([{ before: [5, 5, 5], after: [5, 5] }])).to.equal(1);
  });

  it("is a probability, the same from both sides, and untouched by a change of unit", () => {
    fc.assert(
      fc.property(samples, samples, (before, after) => {
        const p = mannWhitney([{ before, after }]);
        expect(p).to.be.within(0, 1);
        expect(mannWhitney([{ before: after, after: before }])).to.be.closeTo(p, 1e-9);
        const scaled = { before: before.map((x) => x * 1000), after: after.map((x) => x * 1000) };
        expect(mannWhitney([scaled])).to.be.closeTo(p, 1e-12);
      }),
      { seed: 1 },
    );
  });
});

describe("Holm's correction", () => {
  it("multiplies the least by how many there are, the next by one less, and keeps their order", () => {
    const corrected = holm([0.04, 0.01, 0.03]);
    [0.06, 0.03, 0.06].forEach((p, i) => {
      expect(corrected[i]).to.be.closeTo(p, 1e-12);
    });
    expect(holm([0.6, 0.9])).to.deep.equal([1, 1]);
    expect(holm([])).to.deep.equal([]);
  });

  it("never makes a p-value smaller", () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, max: 1, noNaN: true })), (ps) => {
        holm(ps).forEach((p, i) => expect(p).to.be.within(ps[i]!, 1));
      }),
      { seed: 1 },
    );
  });
});

describe("a bootstrap interval", () => {
  it("holds the true median in 95 of 100 samples", () => {
    const held = Array.from({ length: 200 }, (_, i) =>
      medianInterval(`${i}`, normals(`held ${i}`, 40)),
    ).filter(([low, high]) => low <= 0 && high >= 0);
    expect(held.length / 200).to.be.within(0.91, 0.99);
  });

  it("is the same each time, and other for another name", () => {
    const [before, after] = [normals("before", 30).map(Math.exp), normals("after", 30).map(Math.exp)];
    const interval = (name: string): unknown => ratioInterval(name, before, after);
    expect(interval("one")).to.deep.equal(interval("one"));
    expect(interval("one")).not.to.deep.equal(interval("two"));
  });

  it("of a quantile resamples whole blocks: blocks that differ make it as wide as they are apart", () => {
    const alike = Array.from({ length: 20 }, (_, i) => normals(`alike ${i}`, 50));
    const apart = alike.map((block, i) => block.map((value) => value + (i % 2) * 10));
    const width = ([low, high]: [number, number]): number => high - low;
    expect(width(quantileInterval("q", alike, 0.5))).to.be.below(0.4);
    expect(width(quantileInterval("q", apart, 0.5))).to.be.above(5);
  });

  it("of blocks of one value each is that of values", () => {
    const values = normals("values", 41);
    const [low, high] = quantileInterval(
      "q",
      values.map((value) => [value]),
      0.5,
    );
    const [expectedLow, expectedHigh] = bootstrapInterval("q", (below) =>
      median(values.map(() => values[below(values.length)]!)),
    );
    expect(low).to.equal(expectedLow);
    expect(high).to.equal(expectedHigh);
  });
});

describe("modes", () => {
  const lognormal = (name: string, n: number, at: number): number[] =>
    normals(name, n).map((z) => at * Math.exp(0.2 * z));

  it("are one in 98 of 100 samples of one kind", () => {
    const several = Array.from({ length: 100 }, (_, i) => modes(lognormal(`one ${i}`, 400, 1))).filter(
      (found) => found.length > 1,
    );
    expect(several.length).to.be.at.most(2);
  });

  it("are two, where they are and as large as they are, of cache hits and misses", () => {
    for (let i = 0; i < 50; i++) {
      const found = modes([...lognormal(`hit ${i}`, 300, 0.2), ...lognormal(`miss ${i}`, 100, 1)]);
      expect(found).to.have.length(2);
      expect(found[0]!.at).to.be.closeTo(0.2, 0.03);
      expect(found[1]!.at).to.be.closeTo(1, 0.15);
      expect(found[0]!.share).to.be.closeTo(0.75, 0.03);
      expect(found[0]!.share + found[1]!.share).to.be.closeTo(1, 1e-9);
    }
  });

  it("are not told of few values, and are one of equal values", () => {
    expect(modes(lognormal("few", 99, 1))).to.deep.equal([]);
    expect(modes(Array<number>(200).fill(0.25))).to.have.length(1);
  });
});
