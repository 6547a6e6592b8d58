import { expect } from "chai";
import { sortMemoryMb } from "../../../generator/sort-memory";

describe("the memory of an index's sort", () => {
  it("lets all runs be merged in one pass, whatever their number", () => {
    for (const entries of [5e6, 2e7, 1e8, 3e8, 4e9]) {
      const bytes = sortMemoryMb(entries) * 2 ** 20;
      const runs = (entries * 100) / bytes;
      const merged = bytes / (272 * 1024);
      expect(merged / runs, `${entries} entries`).to.be.within(1, 1.2);
    }
  });

  it("grows with the root of the entries, from a few megabytes on", () => {
    expect([0, 5e4, 5e6, 1e8, 3e8].map(sortMemoryMb)).to.deep.equal([8, 8, 12, 51, 88]);
  });
});
