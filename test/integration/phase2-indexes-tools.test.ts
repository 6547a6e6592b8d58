import { resolve } from "node:path";
import { expect } from "chai";
import { runExperiment } from "../../phase2/experiment";
import { applyIndexes, revertIndexes } from "../../phase2/indexes/build";
import { indexesAsTheyAre } from "../../phase2/indexes/definitions";
import { withClient } from "../../postgres/connection";
import { chatSchema } from "../support/chat-schema";
import { setUp, setUpEach, withUndo } from "../support/fixture";
import { needs } from "../support/needs";
import { pgDumpVersion, psql, schemaDump } from "../support/schema-dump";
import { startOwnServer, type TestDatabase, type TestServer } from "../support/server";
import { all, filled, invalidateIn, names, presentIn } from "../support/phase2-indexes";

const script = resolve(__dirname, "../../phase2/phase-2-indexes.sql");
const silent = (): void => undefined;

describe("the indexes of phase 2", () => {
  let database: TestDatabase;

  setUpEach(async (undo) => {
    database = await filled(undo);
  });

  const present = (url = database.ownerUrl): Promise<Record<string, boolean>> => presentIn(url);
  const invalidate = (name: string): Promise<void> => invalidateIn(database, name);

  describe("by psql", function () {
    needs("psql");

    it("are the same, once and again", async () => {
      psql(database.ownerUrl, script);
      const byPsql = await chatSchema(database.ownerUrl);
      psql(database.ownerUrl, script);
      expect(await chatSchema(database.ownerUrl)).to.deep.equal(byPsql);
      await revertIndexes(database.ownerUrl, silent);
      await applyIndexes(database.ownerUrl, { log: silent });
      const byProgram = (await chatSchema(database.ownerUrl)).map((line) =>
        line.replace(/phase 2, built in [\d.]+ s/, ""),
      );
      expect(byProgram).to.deep.equal(byPsql);
    });

    it("are built again when a failed build left any of them invalid", async () => {
      psql(database.ownerUrl, script);
      for (const name of names) await invalidate(name);
      psql(database.ownerUrl, script);
      expect(await present()).to.deep.equal(all);
      const { invalid } = await withClient(database.ownerUrl, indexesAsTheyAre);
      expect(invalid).to.deep.equal([]);
    });
  });
});

describe("the schema, as pg_dump has it", () => {
  let server: TestServer;

  needs("pg_dump");
  setUp(async (undo) => {
    // pg_dump refuses servers that are newer than it is.
    server = await startOwnServer({ postgresVersion: Math.min(pgDumpVersion()!, 18) });
    undo(() => server.stop());
  });

  it(
    "is exactly the one before, after an experiment and when the indexes of phase 2 are gone",
    withUndo(async (undo) => {
      const { ownerUrl } = await filled(undo, server);
      const before = schemaDump(ownerUrl);
      await runExperiment(ownerUrl, { seed: "a", blocks: 2, passes: 1, log: silent });
      expect(schemaDump(ownerUrl)).to.equal(before);
      await applyIndexes(ownerUrl, { log: silent });
      const between = schemaDump(ownerUrl);
      for (const name of names) expect(between).to.include(name);
      await revertIndexes(ownerUrl, silent);
      expect(schemaDump(ownerUrl)).to.equal(before);
    }),
  );
});
