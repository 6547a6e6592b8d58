import { expect } from "chai";
import { runExperiment } from "../../phase2/experiment";
import { applyIndexes } from "../../phase2/indexes/build";
import { takeCapture } from "../../phase2/measure/take-capture";
import { PHASE_2_LOCK } from "../../phase2/measure/session";
import { withClient } from "../../postgres/connection";
import { execute } from "../support/database-copies";
import { setUpEach } from "../support/fixture";
import { failureOf } from "../support/rejection";
import { startTestServer, type TestDatabase } from "../support/server";
import { filled, names, presentIn } from "../support/phase2-indexes";

const silent = (): void => undefined;

describe("the indexes of phase 2", () => {
  let database: TestDatabase;

  setUpEach(async (undo) => {
    database = await filled(undo);
  });

  const present = (url = database.ownerUrl): Promise<Record<string, boolean>> => presentIn(url);

  it("are refused where an index of that name is another one, by both definitions", async () => {
    await execute(database.ownerUrl, `CREATE INDEX "${names[2]!}" ON conversations ("updatedAt")`);
    const others = await present();
    for (const work of [
      () => applyIndexes(database.ownerUrl, { log: silent }),
      () => runExperiment(database.ownerUrl, { seed: "a", blocks: 2, passes: 1, log: silent }),
      () => takeCapture(database.ownerUrl, { kind: "post-optimization", seed: "a", blocks: 2, log: silent }),
    ]) {
      expect((await failureOf(work())).message).to.match(
        /there is: CREATE INDEX .* \("updatedAt"\)\n {2}wanted: .* \("updatedAt" DESC\)/,
      );
    }
    expect(await present()).to.deep.equal(others);
  });

  it("are not begun where the disk has no room for them", async () => {
    const { dataDirectory } = await startTestServer();
    // The statistics of a table that is too large for any disk.
    await execute(database.adminUrl, "UPDATE pg_class SET reltuples = 1e15 WHERE relname = 'messages'");
    const machine = { kind: "embedded" as const, dataDirectory };
    const failure = await failureOf(applyIndexes(database.ownerUrl, { machine, log: silent }));
    expect(failure.message).to.match(
      /^Insufficient disk space for the indexes of phase 2: [\d.]+ [GMT]B available, ~[\d.,]+ TB needed/,
    );
    expect(await present()).to.deep.equal({});
    const lines: string[] = [];
    await applyIndexes(database.ownerUrl, { log: (line) => lines.push(line) });
    expect(lines[0]).to.match(/^Disk space: ~[\d.,]+ TB needed at most, free space unknown here$/);
  });

  it("are for the role that owns the tables", async () => {
    const failure = await failureOf(applyIndexes(database.appUrl, { log: silent }));
    expect(failure.message)
      .to.match(/^The build of the indexes was stopped: must be owner of table messages/)
      .and.to.include("MIGRATION_DATABASE_URL");
  });

  it("are not touched by two runs at once", async () => {
    await withClient(database.ownerUrl, async (client) => {
      await client.query(`SELECT pg_advisory_lock(${PHASE_2_LOCK})`);
      const failure = await failureOf(applyIndexes(database.ownerUrl, { log: silent }));
      expect(failure.message).to.match(/^Another run is measuring or building indexes in database "chat_/);
    });
  });
});
