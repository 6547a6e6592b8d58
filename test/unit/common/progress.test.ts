import { expect } from "chai";
import { Progress } from "../../../common/progress";

/** A phase of rows with a clock that the test moves. */
function phase(total: number) {
  const clock = { seconds: 100 };
  const lines: string[] = [];
  const progress = new Progress(
    "messages",
    total,
    "rows",
    (line) => lines.push(line),
    () => clock.seconds * 1000,
  );
  return { clock, lines, progress };
}

describe("progress", () => {
  it("reports share, counts, rate and time left, at most every five seconds", () => {
    const { clock, lines, progress } = phase(5_000_000);
    clock.seconds += 4.9;
    progress.advance(1_000_000);
    expect(lines).to.deep.equal([]);
    clock.seconds += 5.1;
    progress.advance(250_000);
    progress.advance(0);
    expect(lines).to.deep.equal(["messages: 25 % (1,250,000 of 5,000,000 rows), 125,000 rows/s, 30 s left"]);
    clock.seconds += 10;
    progress.advance(1_250_000);
    expect(lines[1]).to.equal("messages: 50 % (2,500,000 of 5,000,000 rows), 125,000 rows/s, 20 s left");
  });

  it("reports bytes a second where bytes are counted", () => {
    const { clock, lines, progress } = phase(1000);
    clock.seconds += 10;
    progress.advance(500, 2_000_000_000);
    expect(lines).to.deep.equal(["messages: 50 % (500 of 1,000 rows), 50 rows/s, 200 MB/s, 10 s left"]);
  });

  it("does not guess the time left while nothing is done", () => {
    const { clock, lines, progress } = phase(1000);
    clock.seconds += 10;
    progress.advance(0);
    expect(lines).to.deep.equal(["messages: 0 % (0 of 1,000 rows)"]);
  });

  it("a phase of nothing is done from the start", () => {
    const { clock, lines, progress } = phase(0);
    clock.seconds += 10;
    progress.advance(0);
    expect(lines).to.deep.equal(["messages: 100 % (0 of 0 rows), 0 s left"]);
  });

  it("the end is always reported, with the time taken", () => {
    const { clock, lines, progress } = phase(1000);
    clock.seconds += 2;
    progress.advance(1000);
    expect(progress.finish()).to.equal(2);
    expect(lines).to.deep.equal(["messages: 1,000 rows in 2.0 s, 500 rows/s"]);
  });

  it("the end of a phase that was reported is 100 %, and no share is less than the one before", () => {
    const { clock, lines, progress } = phase(1000);
    for (const underWay of [500, 300, 700]) {
      clock.seconds += 10;
      progress.report(underWay);
    }
    progress.advance(1000);
    progress.finish();
    expect(lines.map((line) => /\d+ %|in .*/.exec(line)![0])).to.deep.equal([
      "50 %",
      "50 %",
      "70 %",
      "100 %",
      "in 30.0 s, 33 rows/s",
    ]);
  });

  it("a phase too short for a rate has none", () => {
    const { lines, progress } = phase(10);
    progress.advance(10);
    progress.finish();
    expect(lines).to.deep.equal(["messages: 10 rows in 0.0 s"]);
  });
});
