import { resolve } from "node:path";
import { expect } from "chai";
import type { QueryResult } from "pg";
import { loadDataset, type DatasetState } from "../../../generator/load";
import { monitorQueries } from "../../../postgres/access-texts";
import { withClient } from "../../../postgres/connection";
import { restartServer } from "../../../postgres/embedded-server";
import { assertStatStatementsPreloaded, resetStatistics } from "../../../postgres/extensions";
import { applyMigrations, readMigrations } from "../../../postgres/migrations";
import { applySetting, provedSettings, type SettingProof } from "../../../postgres/settings";
import { settingTakes } from "../../../postgres/settings-catalogue";
import { keepReport, readHistory } from "../../../validation/history/store";
import type { QualityReport } from "../../../validation/report";
import { defaultThresholds } from "../../../validation/thresholds";
import { validateDataset } from "../../../validation/validate";
import { parse } from "../../support/config";
import { setUp } from "../../support/fixture";
import { startOwnServer, type TestDatabase, type TestServer } from "../../support/server";

const band = parse({ messages: "20000", users: "500", conversations: "400" });
const migrations = resolve(__dirname, "../../../prisma/migrations");
const silent = (): void => undefined;

/** The results of one version of the server for everything that a stack needs. */
interface Trial {
  server: Record<string, unknown>;
  settings: SettingProof[];
  /** The context of each setting in `pg_settings`, by name. */
  contexts: Record<string, string>;
  tables: string[];
  dataset: DatasetState;
  report: QualityReport;
  monitored: QueryResult[];
}

async function tryServer(server: TestServer): Promise<Trial> {
  const { adminUrl } = server;
  for (const [name, value] of Object.entries(band.settings)) await applySetting(adminUrl, name, value);
  await restartServer(server.dataDirectory, silent);
  await assertStatStatementsPreloaded(adminUrl);
  const database = await server.createDatabase({ migrated: false });
  return {
    server: await describeServer(database),
    settings: await provedSettings(adminUrl, band.settings),
    contexts: await contextsOf(adminUrl),
    ...(await fill(database)),
  };
}

async function fill({ adminUrl, ownerUrl, appRole, appUrl }: TestDatabase) {
  const { tables } = await applyMigrations(
    ownerUrl,
    readMigrations(migrations),
    { applicationRole: appRole },
    silent,
  );
  const dataset = await loadDataset(ownerUrl, band.dataset, silent, { shards: 8 });
  const report = await validateDataset(appUrl, {
    thresholds: defaultThresholds,
    log: silent,
    spec: band.dataset,
    fingerprint: dataset.fingerprint,
    fingerprintNow: dataset.fingerprint,
  });
  await keepReport(ownerUrl, report);
  expect(await readHistory(ownerUrl)).to.have.lengthOf(1);
  await resetStatistics(adminUrl);
  const monitored = await withClient(appUrl, async (client) => {
    await client.query("SELECT count(*) FROM messages");
    // The statements, without what only psql understands.
    const sql = monitorQueries("dev").replaceAll(/^.*\\gset$|^\\.*$/gm, "");
    return (await client.query(sql)) as unknown as QueryResult[];
  });
  return { tables, dataset, report, monitored };
}

function describeServer({ name, adminUrl }: TestDatabase): Promise<Record<string, unknown>> {
  return withClient(adminUrl, async (client) => {
    const { rows } = await client.query<Record<string, unknown>>(
      `SELECT current_setting('server_version_num')::int / 10000 AS major, current_setting('data_checksums') AS checksums,
              current_setting('ssl') AS tls, pg_encoding_to_char(encoding) AS encoding,
              (SELECT string_agg(word, '' ORDER BY word) FROM unnest('{a,B,é,Z}'::text[]) AS word) AS sorted
       FROM pg_database WHERE datname = $1`,
      [name],
    );
    return rows[0]!;
  });
}

function contextsOf(adminUrl: string): Promise<Record<string, string>> {
  return withClient(adminUrl, async (client) => {
    const { rows } = await client.query<{ name: string; context: string }>(
      "SELECT name, context FROM pg_settings",
    );
    return Object.fromEntries(rows.map(({ name, context }) => [name, context]));
  });
}

describe("every PostgreSQL that an embedded server can be", function () {
  this.timeout(600_000);
  const versions = [14, 15, 16, 17, 18];
  const trials = new Map<number, Trial>();

  setUp(async () => {
    for (const postgresVersion of versions) {
      const server = await startOwnServer({ postgresVersion });
      try {
        trials.set(postgresVersion, await tryServer(server));
      } finally {
        await server.stop();
      }
    }
  });

  for (const version of versions) {
    describe(`PostgreSQL ${version}`, () => {
      const trial = (): Trial => trials.get(version)!;

      it("is the one that was asked for, in UTF-8, sorted by code points, with checksums and TLS", () => {
        expect(trial().server).to.deep.equal({
          major: version,
          encoding: "UTF8",
          sorted: "BZaé",
          checksums: "on",
          tls: "on",
        });
      });

      it("has the band's settings in force, each by what the catalogue says that it takes", () => {
        expect(trial().settings.map(({ name, actual }) => [name, actual])).to.have.deep.members(
          Object.entries(band.settings),
        );
        for (const name of Object.keys(band.settings)) {
          const atStart = trial().contexts[name] === "postmaster";
          expect(settingTakes(name), name).to.equal(atStart ? "restart" : "reload");
        }
      });

      it("takes the migrations, and the same rows as PostgreSQL 18", () => {
        expect(trial().tables).to.deep.equal(trials.get(18)!.tables).and.to.include("messages");
        const { counts, fingerprint } = trials.get(18)!.dataset;
        expect(counts.messages).to.equal(band.dataset.messages);
        expect(trial().dataset).to.deep.include({ counts, fingerprint });
      });

      it("passes the eight checks, with every finding that PostgreSQL 18 has", () => {
        const { overall_assessment, findings } = trial().report;
        expect(overall_assessment).to.include({ verdict: "PASS", passed_tests: 8, total_tests: 8 });
        const outcomes = (all: QualityReport["findings"]) => all?.map(({ key, outcome }) => [key, outcome]);
        expect(outcomes(findings)).to.deep.equal(outcomes(trials.get(18)!.report.findings));
      });

      it("answers the monitoring queries", () => {
        const [slow, tables, indexes, vacuums] = trial().monitored.map(({ rows }) => rows as object[]);
        expect(slow!.map((row) => (row as { query: string }).query)).to.include(
          "SELECT count(*) FROM messages",
        );
        for (const rows of [tables, indexes, vacuums]) expect(rows).to.have.length.above(5);
      });
    });
  }
});
