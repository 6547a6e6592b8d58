import { expect } from "chai";
import { planChoiceTrial } from "../../bench/phase2/plan-choice";
import { harmful, useless } from "../../bench/phase2/planted";
import { Tally } from "../../bench/phase2/tally";
import { loadDataset } from "../../generator/load";
import { runExperiment } from "../../phase2/experiment";
import { compareCaptures, type Comparison } from "../../phase2/compare";
import type { IndexDefinition } from "../../phase2/indexes/definitions";
import { setUp } from "../support/fixture";
import { recordedTrial } from "../support/latency-recording";
import { startTestServer, type TestDatabase } from "../support/server";
import { roomIndex } from "../unit/phase2/captures";
import { small } from "../unit/generator/specs";

const TRIALS = 200;

describe(`in ${TRIALS} trials with latencies recorded in turns on a real server, block by block`, function () {
  this.timeout(600_000);
  const tally = new Tally();

  setUp(() => {
    for (let number = 0; number < TRIALS; number++) tally.addEqual(number, recordedTrial(number));
  });

  it("anything is called better or worse in at most 5 % of those in which both sides were the same", () => {
    expect(tally.found.equal.trials).to.equal(TRIALS);
    expect(tally.found.equal.found / TRIALS).to.be.at.most(0.05);
  });

  it("most queries of these are known to be unchanged", () => {
    const { verdicts, tests } = tally.found;
    expect(verdicts.NO_CHANGE / TRIALS / tests).to.be.above(0.9);
  });

  for (const change of ["slower", "faster"] as const) {
    it(`a query that is 10 % ${change} is found in at least 90 %`, () => {
      expect(tally.found[change].found / TRIALS).to.be.at.least(0.9);
    });
  }
});

describe("an index that no query needs", function () {
  this.timeout(600_000);
  const planted = { ...roomIndex, name: "planted" };
  const comparisons: Comparison[] = [];

  setUp(() => {
    for (let number = 0; number < 40; number++) {
      const { pre, post } = recordedTrial(number, [planted]);
      comparisons.push(compareCaptures(pre, post));
    }
  });

  it("leaves nine of ten verdicts at NO_CHANGE, and makes none better or worse", () => {
    const verdicts = comparisons.flatMap(({ queries }) => queries.map(({ verdict }) => verdict));
    const unchanged = verdicts.filter((verdict) => verdict === "NO_CHANGE");
    expect(unchanged.length / verdicts.length).to.be.at.least(0.9);
    expect(verdicts).not.to.include.oneOf(["IMPROVED", "DEGRADED"]);
  });

  it("is refused: it is in the plan of none, whatever their latencies say", () => {
    expect(comparisons.map(({ verdict }) => verdict)).to.deep.equal(comparisons.map(() => "NO-GO"));
  });
});

describe("indexes planted on a real server, tried in turns", function () {
  this.timeout(600_000);
  let database: TestDatabase;

  setUp(async (undo) => {
    database = await (await startTestServer()).createDatabase();
    undo(() => database.drop());
    await loadDataset(database.ownerUrl, small, () => undefined, { workers: 1 });
  });

  const tried = async (indexes: readonly IndexDefinition[]): Promise<Comparison> => {
    const options = { seed: "planted", indexes, blocks: 4, passes: 1, log: () => undefined };
    const { pre, post } = await runExperiment(database.ownerUrl, options);
    return compareCaptures(pre, post);
  };

  it("are a NO-GO when inserts pay for them: over half as much log again is too much for any improvement", async () => {
    const { verdict, writes, reasons, indexes } = await tried(harmful);
    expect(verdict).to.equal("NO-GO");
    expect(writes.wal_ratio).to.be.above(1.5);
    const against = reasons.filter(({ weight }) => weight === "against").map(({ text }) => text);
    expect(against.join()).to.contain("Q2: inserts are");
    expect(indexes.map(({ change, used_by }) => [change, used_by])).to.deep.equal(
      harmful.map(() => ["added", []]),
    );
  });

  it("are a NO-GO when no query uses them, although they cost inserts nothing", async () => {
    const { verdict, queries, writes, indexes } = await tried(useless);
    expect(verdict).to.equal("NO-GO");
    expect(queries.filter(({ plan }) => plan.changed)).to.deep.equal([]);
    expect(writes.wal_ratio).to.be.closeTo(1, 0.1);
    expect(indexes.map(({ name, used_by }) => ({ name, used_by }))).to.deep.equal([
      { name: "planted_users_bio", used_by: [] },
    ]);
  });

  it("are measured by the plan that the server chooses with them, and without them by the one that it chooses then", async () => {
    const { comparison } = await planChoiceTrial(database.ownerUrl, { seed: "a", blocks: 4, passes: 1 });
    const [index] = comparison.indexes;
    expect(index!.used_by).to.include.members(["GAIN (heaviest rooms)", "LOSS (heaviest rooms)"]);
    for (const { query, stratum, plan } of comparison.queries) {
      const nodes = (of: "before" | "after"): string => plan[of].nodes.map(({ text }) => text).join(", ");
      expect(nodes("before"), query).to.contain("Sort").and.not.to.contain(index!.name);
      if (stratum === "heaviest rooms") {
        expect(nodes("after"), query).to.contain(`using ${index!.name}`).and.not.to.contain("Sort");
      }
    }
  });
});
