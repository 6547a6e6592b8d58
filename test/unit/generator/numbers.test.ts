import { expect } from "chai";
import fc from "fast-check";
import { exp, ln, normalQuantile, power, remainder } from "../../../generator/plan/arithmetic";
import { Stream } from "../../../common/random";
import { endsFirst, repeatable } from "./specs";

describe("arithmetic that is the same on every machine", () => {
  it("agrees with the engine's functions", () => {
    const within = { min: 1e-9, max: 1e9, noNaN: true };
    fc.assert(
      fc.property(fc.double(within), (x) => {
        expect(ln(x)).to.be.closeTo(Math.log(x), 1e-13 * Math.max(1, Math.abs(Math.log(x))));
      }),
      repeatable,
    );
    fc.assert(
      fc.property(fc.double({ min: -50, max: 50, noNaN: true }), (x) => {
        expect(exp(x) / Math.exp(x)).to.be.closeTo(1, 1e-13);
      }),
      repeatable,
    );
    expect(power(7, -1.8)).to.be.closeTo(7 ** -1.8, 1e-15);
    expect(exp(1)).to.equal(2.7182818284590455);
  });

  it("knows the normal quantiles", () => {
    expect(normalQuantile(0.5)).to.be.closeTo(0, 5e-4);
    expect(normalQuantile(0.975)).to.be.closeTo(1.96, 1e-3);
    expect(normalQuantile(0.025)).to.be.closeTo(-1.96, 1e-3);
  });

  it("knows the remainders of all numbers of 32 bits", () => {
    const most = 2 ** 32 - 1;
    const number = (least: number) =>
      endsFirst([least, 2 ** 31, most], fc.integer({ min: least, max: most }));
    fc.assert(
      fc.property(number(0), number(1), (dividend, divisor) => {
        expect(remainder(dividend, divisor)).to.equal(dividend % divisor);
      }),
      repeatable,
    );
  });
});

describe("random numbers by counting", () => {
  it("depend on seed, name and row only", () => {
    const bits = (seed: string, name: string, n: number): number => new Stream(seed, name).bits(n);
    expect(bits("a", "t.c", 7)).to.equal(bits("a", "t.c", 7));
    expect(
      new Set([bits("a", "t.c", 7), bits("b", "t.c", 7), bits("a", "t.d", 7), bits("a", "t.c", 8)]),
    ).to.have.length(4);
    // A fixed value: a change of it changes every dataset and must raise MODEL_VERSION.
    expect(bits("a", "t.c", 7)).to.equal(92899208);
  });

  it("never repeat within a stream, so that ids are unique", () => {
    const stream = new Stream("seed", "messages.id");
    const seen = new Set<number>();
    for (let n = 0; n < 200_000; n++) seen.add(stream.bits(n));
    expect(seen).to.have.length(200_000);
  });

  it("lead back to their rows", () => {
    const stream = new Stream("seed", "back");
    for (const n of [0, 1, 2, 12_345, 2 ** 31 - 1, 2 ** 31, 2 ** 32 - 1]) {
      expect(stream.rowOf(stream.bits(n))).to.equal(n);
    }
  });

  it("fill [0, 1) evenly", () => {
    const stream = new Stream("seed", "even");
    const bins = new Array<number>(16).fill(0);
    for (let n = 0; n < 160_000; n++) bins[Math.floor(stream.unit(n) * 16)]!++;
    for (const bin of bins) expect(bin).to.be.within(9_600, 10_400);
  });
});
