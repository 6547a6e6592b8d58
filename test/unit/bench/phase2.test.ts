import { expect } from "chai";
import { scaled } from "../../../bench/phase2/planted";
import { Tally } from "../../../bench/phase2/tally";
import { phase2Table } from "../../../bench/report/phase2-table";
import { capture, roomIndex } from "../phase2/captures";

const equal = { pre: capture("pre", { experiment: "e" }), post: capture("post", { experiment: "e" }) };
const added = { experiment: "e", indexes: [...equal.pre.indexes, roomIndex] };

describe("the bench of index verdicts", () => {
  it("plants an effect on one query alone", () => {
    const before = capture("pre", { queries: [{}, { query: "Q6" }] });
    const after = scaled(before, 1, 1.1);
    expect(after.queries[0]).to.equal(before.queries[0]);
    expect(after.queries[1]!.warm_ms[3]![4]).to.be.closeTo(before.queries[1]!.warm_ms[3]![4]! * 1.1, 1e-12);
  });

  it("counts what was found of what was planted", () => {
    const tally = new Tally();
    tally.addEqual(0, equal);
    tally.addUseless({ ...equal, post: capture("post", added) });
    tally.addPlanChoice({ gainFound: true, lossFound: false });
    tally.addHarmful({ ...equal, post: capture("post", { ...added, walBytes: 2000 }) });
    expect(tally.found).to.deep.equal({
      tests: 2,
      blocks: 20,
      verdicts: { IMPROVED: 0, DEGRADED: 0, NO_CHANGE: 2, INCONCLUSIVE: 0 },
      equal: { found: 0, trials: 1 },
      slower: { found: 1, trials: 1 },
      faster: { found: 1, trials: 1 },
      useless: { found: 1, trials: 1 },
      uselessReleased: { found: 0, trials: 1 },
      choiceGain: { found: 1, trials: 1 },
      choiceLoss: { found: 0, trials: 1 },
      harmful: { found: 1, trials: 1 },
    });
  });

  it("counts a false alarm where equal sides differ", () => {
    const tally = new Tally();
    tally.addEqual(0, { ...equal, post: scaled(equal.post, 0, 2) });
    expect(tally.found.equal).to.deep.equal({ found: 1, trials: 1 });
    expect(tally.found.verdicts.DEGRADED).to.equal(1);
  });

  it("shows each truth with what was said of it", () => {
    const tally = new Tally();
    tally.addEqual(0, equal);
    const { title, rows } = phase2Table({ messages: 20_000, ...tally.found });
    expect(title).to.include("20,000 messages, 2 tests a trial, 20 blocks a side");
    expect(rows[0]).to.deep.equal(["both sides are the same", "any false alarm", "0", "1", "0.0 %"]);
    expect(rows[1]).to.deep.equal(["one query is 10 % slower", "that it is slower", "1", "1", "100.0 %"]);
    expect(rows.at(-1)).to.deep.equal(["inserts pay for nothing", "NO-GO", "0", "0", "–"]);
  });
});
