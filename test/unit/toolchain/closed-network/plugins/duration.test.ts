import { expect } from "chai";
import { duration, nanoseconds } from "../../../../../toolchain/closed-network/plugins/docker/duration";

describe("a duration as Go writes it", () => {
  const written: Record<string, number> = {
    "0s": 0,
    "1s": 1e9,
    "1.5s": 1.5e9,
    "250ms": 250e6,
    "3µs": 3e3,
    "7ns": 7,
    "1m0s": 60e9,
    "1m30s": 90e9,
    "10m0s": 600e9,
    "1h0m0s": 3600e9,
    "2h3m4.5s": 7384.5e9,
  };

  it("is read and written alike", () => {
    for (const [text, value] of Object.entries(written)) {
      expect(nanoseconds(text), text).to.equal(value);
      expect(duration(value), text).to.equal(text);
    }
  });

  it("is read in other forms too, and nothing else is", () => {
    expect([nanoseconds("90s"), nanoseconds("0"), nanoseconds("2us")]).to.deep.equal([90e9, 0, 2e3]);
    for (const text of ["", "soon", "5", "1 s", "s", "-1s"]) expect(nanoseconds(text), text).to.be.undefined;
  });
});
