import { expect } from "chai";
import fc from "fast-check";
import { distances, shareBelow } from "../../../profile/distances";
import { edges } from "../../../profile/edges";
import { emptyProfile } from "../../../profile/lines";
import type { Distribution, Profile } from "../../../profile/profile";

const empty = emptyProfile();
const sizes = (knots: [number, number][], members = 100_000): Profile => ({
  ...empty,
  distributions: { sizes: { "": { unit: "count", members, mean: 10, knots, tail: 100 } } },
});
const kinds = (of: Record<string, number>, members = 100_000): Profile => ({
  ...empty,
  shares: { kinds: { members, of, others: null, otherKeys: null } },
});

describe("the distance of two profiles", () => {
  it("of distributions is the largest difference at an edge of either", () => {
    const [found] = distances(
      sizes([
        [2, 0.4],
        [8, 0.7],
      ]),
      sizes([
        [2, 0.3],
        [4, 0.6],
        [8, 0.8],
      ]),
    );
    // The first one has 0.55 below 4, because 4 lies half-way between 2 and 8 on a logarithmic scale.
    expect(found!.marginal).to.equal("sizes");
    expect(found!.distance).to.be.closeTo(0.1, 1e-9);
    expect(found!.bound).to.equal(0.05);
  });

  it("of shares is half of the sum of the differences", () => {
    const [found] = distances(kinds({ a: 0.5, b: 0.3, c: 0.2 }), kinds({ a: 0.4, b: 0.6 }));
    expect(found!.distance).to.be.closeTo(0.3, 1e-9);
  });

  it("has a wider bound between small samples, which differ by chance", () => {
    const [found] = distances(sizes([[2, 0.4]], 200), sizes([[2, 0.5]], 200));
    expect(found!.bound).to.be.closeTo(Math.sqrt(Math.log(2000) / 2) * Math.sqrt(0.01), 1e-9);
    expect(found!.distance).to.be.below(found!.bound);
  });

  it("is the largest one possible for what only one profile has", () => {
    expect(distances(sizes([[2, 0.4]]), empty)[0]).to.include({ distance: 1 });
    expect(distances(empty, kinds({ a: 1 }))[0]).to.include({ distance: 1 });
  });

  it("is zero from itself, and the same in both directions", () => {
    const knots = fc
      .uniqueArray(fc.constantFrom(...edges.count), { minLength: 1, maxLength: 20 })
      .chain((cuts) =>
        fc
          .array(fc.double({ min: 0, max: 1, noNaN: true }), {
            minLength: cuts.length,
            maxLength: cuts.length,
          })
          .map((shares) => {
            const rising = shares.toSorted((a, b) => a - b);
            return cuts.toSorted((a, b) => a - b).map((cut, i): [number, number] => [cut, rising[i]!]);
          }),
      );
    fc.assert(
      fc.property(knots, knots, (one, other) => {
        expect(distances(sizes(one), sizes(one))[0]!.distance).to.equal(0);
        expect(distances(sizes(one), sizes(other))[0]?.distance).to.equal(
          distances(sizes(other), sizes(one))[0]?.distance,
        );
      }),
    );
  });
});

describe("the share below an edge", () => {
  const known: Distribution = {
    unit: "count",
    members: 100,
    mean: 5,
    knots: [
      [2, 0.25],
      [8, 0.75],
    ],
    tail: 20,
  };

  it("is known at knots and between them, and nowhere else", () => {
    expect([1, 2, 4, 8, 10].map((edge) => shareBelow(known, edge))).to.deep.equal([
      undefined,
      0.25,
      0.5,
      0.75,
      undefined,
    ]);
  });
});

describe("the edges of distributions", () => {
  it("rise, and are at most 64", () => {
    for (const [unit, values] of Object.entries(edges)) {
      expect(values.length, unit).to.be.within(40, 64);
      values.slice(1).forEach((value, i) => expect(value, unit).to.be.above(values[i]!));
    }
  });
});
