import { expect } from "chai";
import fc from "fast-check";
import { fitPowerLaw, objection } from "../../../statistics/fit";
import { draw, goodnessOfFit } from "../../../statistics/goodness-of-fit";
import { histogram, total } from "../../../statistics/histogram";
import { againstOthers } from "../../../statistics/likelihood-ratio";
import { fitFrom, fitTail, PowerLaw } from "../../../statistics/power-law";
import { supportOf } from "../../../statistics/support";
import { exponentialSample, histogramOf, lognormalSample, planSizes, powerLawSample, units } from "./samples";

const seeds = Array.from({ length: 100 }, (_, seed) => `seed ${seed}`);
const whole = { whole: true };

describe("a sum over a support", () => {
  it("is that over all its numbers", () => {
    for (const [xmin, xmax] of [
      [1, 1],
      [1, 255],
      [7, 300],
      [1, 100_000],
      [1000, 1001],
      [5000, 400_000],
    ] as const) {
      for (const alpha of [0.5, 1, 1.8, 3]) {
        const { x, weight } = supportOf(xmin, xmax);
        const sum = x.reduce((so, point, i) => so + weight[i]! * point ** -alpha, 0);
        let exact = 0;
        for (let i = xmin; i <= xmax; i++) exact += i ** -alpha;
        expect(sum / exact, `${xmin} to ${xmax}, ${alpha}`).to.be.closeTo(1, 1e-5);
      }
    }
  });
});

describe("a power law", () => {
  const laws = fc.tuple(
    fc.double({ min: 1.01, max: 4, noNaN: true }),
    fc.integer({ min: 1, max: 2000 }),
    fc.integer({ min: 0, max: 1_000_000 }),
  );

  it("has mass 1, cumulated in order", () => {
    fc.assert(
      fc.property(laws, ([alpha, xmin, width]) => {
        const law = new PowerLaw(alpha, xmin, xmin + width);
        expect(law.cumulative(xmin - 1)).to.equal(0);
        expect(law.cumulative(xmin + width)).to.be.closeTo(1, 1e-9);
        expect(Math.exp(law.logMass(xmin))).to.be.closeTo(law.cumulative(xmin), 1e-5);
        expect(law.cumulative(xmin + 1)).to.be.at.least(law.cumulative(xmin));
      }),
      { seed: 1 },
    );
  });

  it("has quantiles that its cumulated mass leads to", () => {
    fc.assert(
      fc.property(laws, fc.double({ min: 1e-9, max: 1 - 1e-9, noNaN: true }), ([alpha, xmin, width], u) => {
        const law = new PowerLaw(alpha, xmin, xmin + width);
        const x = law.quantile(u);
        expect(x).to.be.within(xmin, xmin + width);
        expect(law.cumulative(x)).to.be.at.least(u - 1e-9);
        expect(law.cumulative(x - 1)).to.be.below(u + 1e-9);
      }),
      { seed: 1 },
    );
  });

  it("of three numbers is found by hand", () => {
    // Half of the mass is on 1 and half on 2: 2^-alpha = 1, so alpha is 0, and the distance is 0.
    const fit = fitFrom(histogramOf([1, 2]));
    expect(fit.law.alpha).to.be.closeTo(0, 1e-5);
    // The values 1 and 2 occur 4 and 2 times: 2^-alpha = 1/2.
    expect(fitFrom(histogramOf([1, 1, 1, 1, 2, 2])).law.alpha).to.be.closeTo(1, 1e-5);
  });

  it("lies as far from the sizes as the largest gap, also between two sizes", () => {
    // On 1, 2 and 3 with this mean log, alpha is 0. The law gives 1/3 and 2/3, and the data have 1/2 and 1/2.
    const values = histogram(Float64Array.of(1, 3), Float64Array.of(5, 5));
    const { law, ks } = fitFrom(values);
    const gaps = [1, 2].map((x) => Math.abs(0.5 - law.cumulative(x)));
    expect(ks).to.be.closeTo(Math.max(...gaps), 1e-12);
    expect(gaps[1]).to.not.equal(gaps[0]);
  });

  it("gives alpha within 0.02 in 95 of 100 samples of 8,000 sizes", () => {
    const close = seeds.filter(
      (seed) => Math.abs(fitFrom(powerLawSample(seed, 8000)).law.alpha - 1.8) <= 0.02,
    );
    expect(close.length).to.be.at.least(95);
  });

  it("gives alpha within 0.02 for 100 of 100 generated datasets, on all bands and the smallest", function () {
    this.timeout(300_000);
    for (const spec of [{}, { messages: 50_000, conversations: 400 }, { alpha: 1.6 }, { alpha: 2.2 }]) {
      for (const seed of seeds) {
        const { alpha } = fitFrom(planSizes(seed, spec)).law;
        expect(alpha, `${seed}, ${JSON.stringify(spec)}`).to.be.closeTo(spec.alpha ?? 1.8, 0.02);
      }
    }
    for (const [messages, conversations] of [
      [100_000_000, 300_000],
      [300_000_000, 600_000],
    ] as const) {
      const { alpha } = fitFrom(planSizes("band", { messages, conversations })).law;
      expect(alpha).to.be.closeTo(1.8, 0.02);
    }
  });

  it("has a standard error that 95 of 100 estimates keep to twice", () => {
    const kept = seeds.filter((seed) => {
      const { law, standardError } = fitFrom(powerLawSample(seed, 3000));
      return Math.abs(law.alpha - 1.8) <= 2 * standardError;
    });
    expect(kept.length).to.be.within(90, 99);
  });

  it("is found above sizes that follow another law", () => {
    const unit = units("body");
    const tail = powerLawSample("tail", 4000, { xmin: 200 });
    const values: number[] = Array.from({ length: 4000 }, () => 1 + Math.floor(199 * unit()));
    tail.value.forEach((value, i) => values.push(...Array<number>(tail.count[i]!).fill(value)));
    const { law } = fitTail(histogramOf(values));
    expect(law.xmin).to.be.within(180, 400);
    expect(law.alpha).to.be.closeTo(1.8, 0.05);
  });
});

describe("the goodness of fit", () => {
  it("draws samples of the size asked for, below xmin from the data", () => {
    const values = histogramOf([1, 1, 2, 2, 2, 50, 60, 70, 80, 1000]);
    const sample = draw(values, fitFrom(values, 2), 1000, units("draw"));
    expect(total(sample)).to.equal(1000);
    expect(Array.from(sample.value).filter((value) => value < 50)).to.deep.equal([1, 2]);
  });

  it("is the same each time", () => {
    const sample = powerLawSample("again", 3000);
    expect(fitPowerLaw(sample, whole)).to.deep.equal(fitPowerLaw(sample, whole));
  });

  it("finds a power law plausible in 9 of 10 samples of one, as its level says", function () {
    this.timeout(300_000);
    const plausible = seeds.filter((seed) => fitPowerLaw(powerLawSample(seed, 500), whole)!.p > 0.1);
    expect(plausible.length).to.be.within(82, 97);
  });

  it("finds nothing to object to in generated datasets", () => {
    for (const seed of seeds.slice(0, 3)) {
      const sizes = planSizes(seed);
      for (const options of [whole, { whole: false }]) {
        expect(objection(fitPowerLaw(sizes, options)!), seed).to.equal(undefined);
      }
    }
  });
});

describe("an impostor is rejected in 100 of 100 samples of 1,000 sizes", function () {
  this.timeout(300_000);
  const impostors = {
    "log-normal": (seed: string) => lognormalSample(seed, 1000),
    "wide log-normal": (seed: string) => lognormalSample(seed, 1000, { mu: 4, sigma: 2 }),
    exponential: (seed: string) => exponentialSample(seed, 1000),
    "short exponential": (seed: string) => exponentialSample(seed, 1000, 12),
  };
  for (const [name, sample] of Object.entries(impostors)) {
    it(`when it is ${name}, by the likelihood ratio, and by the p-value in each fourth of them`, () => {
      for (const [number, seed] of seeds.entries()) {
        const values = sample(seed);
        const fit = fitFrom(values);
        const against = againstOthers(values, fit);
        const better = name.endsWith("exponential") ? against.exponential : against.lognormal;
        expect(better.ratio, seed).to.be.below(0);
        expect(better.p, seed).to.be.below(0.01);
        // The four impostors together have 100 p-values. Each needs 250 samples, as long as 50 likelihood ratios.
        if (number % 4 === 0) expect(goodnessOfFit(values, fit, fitFrom), seed).to.be.below(0.01);
      }
    });
  }
});

describe("a fit", () => {
  it("of ten million conversations is one of some ten thousand sizes", () => {
    const sizes = powerLawSample("million", 100_000);
    const many = histogram(
      sizes.value,
      sizes.count.map((count) => count * 100),
    );
    const fit = fitPowerLaw(many, whole)!;
    expect(fit.values).to.equal(10_000_000);
    expect(fit.alpha).to.be.closeTo(1.8, 0.01);
  });

  it("of few sizes, or sizes that hardly differ, is none", () => {
    expect(fitPowerLaw(histogramOf([]), whole)).to.equal(null);
    expect(fitPowerLaw(powerLawSample("few", 99), whole)).to.equal(null);
    expect(fitPowerLaw(histogramOf(Array<number>(5000).fill(1)), whole)).to.equal(null);
    expect(
      fitPowerLaw(histogram(Float64Array.of(1, 2), Float64Array.of(300, 200)), { whole: false }),
    ).to.equal(null);
  });

  it("of any sizes has finite figures", () => {
    const sizes = fc.array(
      fc.tuple(fc.integer({ min: 1, max: 5_000_000 }), fc.integer({ min: 1, max: 300 })),
      { minLength: 3, maxLength: 30 },
    );
    fc.assert(
      fc.property(sizes, fc.boolean(), (pairs, all) => {
        const fit = fitPowerLaw(
          histogramOf(pairs.flatMap(([size, count]) => Array<number>(count).fill(size))),
          { whole: all },
        );
        if (fit === null) return;
        const { alpha, ks, p, against, standardError } = fit;
        const figures = [
          alpha,
          ks,
          p,
          standardError,
          ...[against.lognormal, against.exponential].flatMap((other) => [other.ratio, other.p]),
        ];
        expect(figures.every(Number.isFinite), JSON.stringify(fit)).to.equal(true);
        expect(ks).to.be.within(0, 1);
      }),
      { seed: 1, numRuns: 15 },
    );
  });
});
