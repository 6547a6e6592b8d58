import { expect } from "chai";
import { figuresOf } from "../../../bench/report/figures";
import { ratiosOf } from "../../../bench/report/ratios";
import { peer, wholeLoad } from "./results";

describe("the bench's figures", () => {
  it("are medians: one slow run does not count", () => {
    expect(figuresOf(peer("copy", [2, 50, 1]), "rows")).to.include({
      seconds: 2,
      rowsPerSecond: 500_000,
      bytesPerSecond: 150e6,
      tableBytesPerSecond: 200e6,
    });
  });

  it("tell the whole load from its rows", () => {
    const ours = wholeLoad("ours", [2, 4, 3]);
    expect(figuresOf(ours, "load")).to.deep.include({
      seconds: 6,
      phases: { rows: 3, indexes: 3 },
      aside: { checkpoint: 0.5 },
    });
    expect(figuresOf(ours, "rows")).to.include({ seconds: 3 });
  });

  it("are missing for a peer that did not run", () => {
    expect(figuresOf(peer("pgbench", []), "rows")).to.equal(undefined);
  });
});

describe("the bench's ratios", () => {
  const ours = wholeLoad("ours", [2]);

  it("say how many times as fast ours is, and by which share of the time", () => {
    const [load, rows] = ratiosOf([ours, wholeLoad("expert", [3])]);
    expect(load).to.deep.equal({
      peer: "expert",
      scope: "load",
      time: 2 / 3,
      rowsPerSecond: 1.5,
      bytesPerSecond: 1.5,
      tableBytesPerSecond: 1.5,
    });
    expect(rows).to.include({ peer: "expert", scope: "rows", rowsPerSecond: 1.5 });
  });

  it("compare a peer that makes rows alone with the rows alone", () => {
    expect(ratiosOf([ours, peer("copy", [4])])).to.have.lengthOf(1);
    expect(ratiosOf([ours, peer("copy", [4])])[0]).to.include({ scope: "rows", rowsPerSecond: 2 });
  });

  it("compare rates, not times, when a peer has other rows", () => {
    const [ratio] = ratiosOf([ours, peer("slow", [10], { rows: 1000, bytes: 600_000 })]);
    expect(ratio).to.include({ rowsPerSecond: 5000, bytesPerSecond: 2500 }).and.not.have.property("time");
  });

  it("leave out who did not run, and all without ours", () => {
    expect(ratiosOf([ours, peer("pgbench", [])])).to.deep.equal([]);
    expect(ratiosOf([peer("copy", [1])])).to.deep.equal([]);
  });
});
