import { expect } from "chai";
import type { Client } from "pg";
import { calibrate, forecast, type Forecast } from "../../generator/forecast";
import { columnTypes, indexes } from "../../generator/forecast/schema";
import { loadDataset } from "../../generator/load";
import type { DatasetSpec } from "../../generator/spec";
import { tableNames, tables } from "../../generator/tables";
import { withClient } from "../../postgres/connection";
import type { DatasetSize } from "../../validation/report";
import { defaultThresholds } from "../../validation/thresholds";
import { validateDataset } from "../../validation/validate";
import { setUp } from "../support/fixture";
import { startTestServer, type TestDatabase } from "../support/server";

const spec: DatasetSpec = {
  messages: 100_000,
  users: 2000,
  conversations: 1500,
  seed: "forecast",
  alpha: 1.8,
  windowDays: 90,
  windowEnd: "2025-10-01T00:00:00Z",
};
const silent = (): void => undefined;

describe("the forecast of a dataset", function () {
  this.timeout(120_000);
  let database: TestDatabase;
  let expected: Forecast;
  let size: DatasetSize;

  setUp(async (undo) => {
    database = await (await startTestServer()).createDatabase();
    undo(() => database.drop());
    expected = forecast(spec);
    await loadDataset(database.ownerUrl, spec, silent);
    const report = await validateDataset(database.appUrl, {
      thresholds: defaultThresholds,
      log: silent,
      spec,
    });
    size = report.dataset_size!;
  });

  const asAdmin = (sql: string): Promise<unknown> =>
    withClient(database.adminUrl, (client) => client.query(sql));
  const asOwner = <T>(work: (client: Client) => Promise<T>): Promise<T> =>
    withClient(database.ownerUrl, work);

  it("knows the columns that there are, in their order, with their types", async () => {
    const { rows } = await asOwner((client) =>
      client.query<{ table: string; columns: string[]; types: string[] }>(
        `SELECT c.relname AS "table", array_agg(attname::text ORDER BY attnum) AS columns,
           array_agg(CASE WHEN t.typtype = 'e' THEN 'enum' ELSE t.typname::text END ORDER BY attnum) AS types
         FROM pg_attribute a JOIN pg_class c ON c.oid = attrelid JOIN pg_type t ON t.oid = atttypid
         WHERE c.oid = ANY ($1::regclass[]) AND attnum > 0 GROUP BY 1`,
        [tableNames],
      ),
    );
    const named: Record<string, string> = { boolean: "bool", integer: "int4" };
    for (const table of tableNames) {
      const found = rows.find((row) => row.table === table)!;
      expect(found.columns).to.deep.equal(tables[table]);
      // The generator writes nothing to the JSON column.
      expect(found.types.map((type) => (type === "jsonb" ? "text" : type))).to.deep.equal(
        columnTypes[table].map((type) => named[type] ?? type),
      );
    }
  });

  it("knows the keys and indexes that there are, with their columns", async () => {
    const { rows } = await asOwner((client) =>
      client.query<{ name: string; columns: number[] }>(
        `SELECT indexrelid::regclass::text AS name, ARRAY(SELECT unnest(indkey) - 1) AS columns
         FROM pg_index WHERE indrelid = ANY ($1::regclass[])`,
        [tableNames],
      ),
    );
    const known = Object.values(indexes).flatMap((each) =>
      each.map(({ name, columns }) => ({ name, columns })),
    );
    const found = rows.map(({ name, columns }) => ({ name: name.replaceAll('"', ""), columns }));
    expect(known).to.have.deep.members(found);
  });

  it("says rows and bytes of each table and each index within 15 %", () => {
    for (const { table, forecast_rows, actual_rows, ratio, indexes: built } of size.tables) {
      expect(forecast_rows / actual_rows, `rows of ${table}`).to.be.within(0.95, 1.05);
      expect(ratio, table).to.be.within(0.85, 1.15);
      expect(built).to.have.length(indexes[table as (typeof tableNames)[number]].length);
      for (const { index, ratio: ofIndex } of built) expect(ofIndex, index).to.be.within(0.85, 1.15);
    }
  });

  it("says all bytes within 5 %, and the report has both figures", async () => {
    const { total } = size;
    const { rows } = await asOwner((client) =>
      client.query<{ bytes: string }>(
        "SELECT sum(pg_total_relation_size(name::regclass)) AS bytes FROM unnest($1::text[]) AS name",
        [tableNames],
      ),
    );
    expect(total.actual_bytes).to.equal(Number(rows[0]!.bytes));
    expect(total.forecast_bytes).to.equal(expected.totalBytes);
    expect(total.forecast_rows).to.equal(expected.rows);
    expect(total.ratio).to.be.within(0.95, 1.05);
    expect(total.ratio).to.be.closeTo(total.forecast_bytes / total.actual_bytes, 0.001);
  });

  it("is not in the report on a database with an unknown description", async () => {
    const report = await validateDataset(database.appUrl, { thresholds: defaultThresholds, log: silent });
    expect(report).not.to.have.property("dataset_size");
  });

  it("of the time comes from a trial of which nothing remains", async () => {
    const relations = "SELECT relname FROM pg_class ORDER BY oid";
    await asOwner(async (client) => {
      const before = await client.query(relations);
      const seconds = await calibrate(client, expected, 2);
      expect(seconds).to.be.greaterThan(0).and.to.be.lessThan(3600);
      expect((await client.query(relations)).rows).to.deep.equal(before.rows);
    });
  });

  it("of the time leaves nothing behind either when it is killed", async () => {
    const relations = "SELECT relname FROM pg_class ORDER BY oid";
    const before = await asOwner((client) => client.query(relations));
    // The session ends itself after the rows are loaded and the first index is built.
    await asAdmin(
      `CREATE FUNCTION stop() RETURNS event_trigger LANGUAGE plpgsql AS
         $$ BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); END $$;
       CREATE EVENT TRIGGER stop ON ddl_command_end WHEN TAG IN ('CREATE INDEX') EXECUTE FUNCTION stop()`,
    );
    try {
      const failure = await asOwner((client) =>
        calibrate(client, expected, 1).catch((error: unknown) => error),
      );
      expect(failure).to.be.instanceOf(Error);
    } finally {
      await asAdmin("DROP EVENT TRIGGER stop; DROP FUNCTION stop()");
    }
    const after = await asOwner((client) => client.query(relations));
    expect(after.rows).to.deep.equal(before.rows);
  });
});
