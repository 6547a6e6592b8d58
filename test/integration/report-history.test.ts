import { expect } from "chai";
import { clearDataset, loadDataset } from "../../generator/load";
import { withClient } from "../../postgres/connection";
import { isOutdated, keepReport, readHistory } from "../../validation/history/store";
import { setUpEach } from "../support/fixture";
import { exampleReport } from "../support/quality-report";
import { failureOf } from "../support/rejection";
import { startTestServer, type TestDatabase } from "../support/server";

const silent = (): void => undefined;
const spec = {
  messages: 100,
  users: 20,
  conversations: 10,
  seed: "history",
  alpha: 1.8,
  windowDays: 90,
  windowEnd: "2025-10-01T00:00:00Z",
};

describe("the history of reports", () => {
  let database: TestDatabase;

  setUpEach(async (undo) => {
    database = await (await startTestServer()).createDatabase();
    undo(() => database.drop());
  });

  it("is empty where none was kept, and nothing is made by looking", async () => {
    expect(await readHistory(database.ownerUrl)).to.deep.equal([]);
    const schemas = await withClient(database.ownerUrl, (client) =>
      client.query("SELECT FROM pg_namespace WHERE nspname = 'chat_perf'"),
    );
    expect(schemas.rowCount).to.equal(0);
  });

  it("has every report whole, numbered in the order in which they were kept", async () => {
    const [first, second] = [exampleReport(), { ...exampleReport(), recommendations: ["another"] }];
    expect(await keepReport(database.ownerUrl, first)).to.equal(1);
    expect(await keepReport(database.ownerUrl, second)).to.equal(2);
    expect(await readHistory(database.ownerUrl)).to.deep.equal([
      { number: 1, report: first },
      { number: 2, report: second },
    ]);
    expect((await readHistory(database.ownerUrl, 1)).map(({ number }) => number)).to.deep.equal([2]);
  });

  it("takes reports that are kept at the same time", async () => {
    const numbers = await Promise.all([1, 2, 3].map(() => keepReport(database.ownerUrl, exampleReport())));
    expect(numbers.sort()).to.deep.equal([1, 2, 3]);
  });

  it("outlives the dataset", async () => {
    await loadDataset(database.ownerUrl, spec, silent);
    await keepReport(database.ownerUrl, exampleReport());
    await clearDataset(database.ownerUrl, silent);
    expect(await readHistory(database.ownerUrl)).to.have.length(1);
    await loadDataset(database.ownerUrl, spec, silent);
    expect(await readHistory(database.ownerUrl)).to.have.length(1);
  });

  it("knows that a report is about rows before those that are loaded now, although they are equal", async () => {
    const report = { ...exampleReport(), validation_timestamp: "2026-01-01T00:00:00.000Z" };
    const outdated = (): Promise<boolean> => isOutdated(database.ownerUrl, report);
    expect(await outdated(), "without a dataset").to.equal(false);
    await loadDataset(database.ownerUrl, spec, silent);
    expect(await outdated(), "in a database that has never kept it").to.equal(true);
    await keepReport(database.ownerUrl, report);
    expect(await outdated(), "after the report").to.equal(false);
    await clearDataset(database.ownerUrl, silent);
    await loadDataset(database.ownerUrl, spec, silent);
    await keepReport(database.ownerUrl, exampleReport());
    expect(await outdated(), "after another load").to.equal(true);
    await keepReport(database.ownerUrl, report);
    expect(await outdated(), "after it was looked at again").to.equal(false);
  });

  it("is closed to the application's role", async () => {
    await keepReport(database.ownerUrl, exampleReport());
    const error = await failureOf(readHistory(database.appUrl));
    expect(error.message).to.include("permission denied");
  });
});
