import { execFileSync } from "node:child_process";
import { expect } from "chai";
import type { Histogram } from "../../../statistics/histogram";
import { fitFrom } from "../../../statistics/power-law";
import { lognormalSample, planSizes, powerLawSample } from "./samples";

const script = `
import contextlib, json, sys
import powerlaw
value, count = json.load(sys.stdin)
data = [v for v, c in zip(value, count) for _ in range(c)]
with contextlib.redirect_stdout(sys.stderr):
    fit = powerlaw.Fit(data, discrete=True, estimate_discrete=False, xmin=min(data), xmax=max(data), verbose=0)
    alpha = fit.power_law.alpha
print(json.dumps(float(alpha)))
`;
import { needs, python } from "../../support/needs";

function alphaOfPackage({ value, count }: Histogram): number {
  const input = JSON.stringify([Array.from(value), Array.from(count)]);
  return JSON.parse(
    execFileSync(python, ["-c", script], { input, encoding: "utf8", stdio: "pipe" }),
  ) as number;
}

describe("alpha is within 0.01 of what the Python package powerlaw says", function () {
  this.timeout(300_000);
  needs("python");

  const samples = {
    "of a generated dataset": () => planSizes("package"),
    "of a generated dataset with heavier rooms": () => planSizes("package", { alpha: 1.6 }),
    "of a small dataset": () => planSizes("package", { messages: 20_000, conversations: 400 }),
    "of independent draws": () => powerLawSample("package", 3000),
    "of draws from 1 on": () => powerLawSample("package", 3000, { xmin: 1, xmax: 5000, alpha: 2.2 }),
    "of sizes that follow another law": () => lognormalSample("package", 2000, { mu: 4, sigma: 2 }),
  };
  for (const [name, sample] of Object.entries(samples)) {
    it(name, () => {
      const sizes = sample();
      expect(fitFrom(sizes).law.alpha).to.be.closeTo(alphaOfPackage(sizes), 0.01);
    });
  }
});
