import { resolve } from "node:path";
import { expect } from "chai";
import { parseGenerateArguments } from "../../cli/generate";
import { clearDataset, loadDataset, readDataset, type DatasetState } from "../../generator/load";
import type { DatasetSpec } from "../../generator/spec";
import { chatSchema, deadRows } from "../support/chat-schema";
import { setUp } from "../support/fixture";
import { setUpEach } from "../support/fixture";
import { type Ending, GenerateRun } from "../support/generate-run";
import { startTestServer, type TestDatabase } from "../support/server";

/** By itself, the generator cuts it into three shards. */
const SIZES = ["--messages=30000", "--users=500", "--conversations=400"];
const silent = (): void => undefined;

describe("a dataset that many load", () => {
  let database: TestDatabase;
  let schema: string[];
  let spec: DatasetSpec;
  let whole: DatasetState;

  setUp(async (undo) => {
    database = await (await startTestServer()).createDatabase();
    undo(() => database.drop());
    schema = await chatSchema(database.ownerUrl);
    const args = ["--database-url", database.ownerUrl, ...SIZES];
    ({ spec } = parseGenerateArguments(args, resolve(__dirname, "../..")));
    whole = await loadDataset(database.ownerUrl, spec, silent, { shards: 1, workers: 1 });
  });
  setUpEach(() => clearDataset(database.ownerUrl, silent));

  async function expectWhole(): Promise<void> {
    const state = (await readDataset(database.ownerUrl))!;
    expect(state.fingerprint).to.deep.equal(whole.fingerprint);
    expect(state.counts).to.deep.equal(whole.counts);
    expect(await chatSchema(database.ownerUrl)).to.deep.equal(schema);
    expect(await deadRows(database.adminUrl)).to.deep.equal({});
  }

  for (const shards of [1, 2, 8, 64]) {
    for (const workers of [1, 2, 4]) {
      it(`is the same from ${shards} shards by ${workers} workers`, async () => {
        await loadDataset(database.ownerUrl, spec, silent, { shards, workers });
        await expectWhole();
      });
    }
  }

  /** Runs the command for these partitions at the same time. None of them may fail. */
  async function generate(...partitions: string[][]): Promise<Ending[]> {
    const runs = partitions.map((partition) => new GenerateRun(database.ownerUrl, ...SIZES, ...partition));
    const endings = await Promise.all(runs.map(({ ending }) => ending));
    for (const { code, output } of endings) expect(code, output).to.equal(0);
    return endings;
  }

  it("is the same from two partitions at the same time", async () => {
    const endings = await generate(["--shard=1/2"], ["--shard=2/2"]);
    expect(endings.filter(({ output }) => output.includes("The dataset is complete"))).to.not.deep.equal([]);
    await expectWhole();
  });

  it("is the same when two runs are at one partition", async () => {
    await generate(["--shard=1/2"], ["--shard=1/2"]);
    const [last] = await generate(["--shard=2/2"]);
    expect(last!.output).to.include("The dataset is complete");
    await expectWhole();
  });

  it("is the same when a whole run and a partition load at the same time", async () => {
    const [all] = await generate([], ["--shard=2/3"]);
    expect(all!.output).to.include("The dataset is complete");
    await expectWhole();
  });

  it("is finished by the last of three partitions", async () => {
    for (const partition of ["3/3", "1/3"]) {
      const [early] = await generate([`--shard=${partition}`]);
      expect(early!.output)
        .to.include("This partition is loaded.")
        .and.not.include("The dataset is complete");
      expect(await chatSchema(database.ownerUrl)).to.not.deep.equal(schema);
    }
    const [last] = await generate(["--shard=2/3"]);
    expect(last!.output).to.include("The dataset is complete");
    await expectWhole();
  });
});
