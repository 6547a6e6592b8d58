import { AccessFiles } from "./components/access-files";
import { readBand } from "./components/band";
import { ChatDatabase } from "./components/chat-database";
import { ChatSchema } from "./components/chat-schema";
import { DatabaseSettings } from "./components/database-settings";
import { Dataset } from "./components/dataset";
import { requireDiskSpace } from "./components/disk-space";
import { Phase2 } from "./components/phase2";
import { Protection } from "./components/protection";
import { QualityReport } from "./components/quality-report";
import { createServer } from "./components/server-of";
import { ServerSettings } from "./components/server-settings";
import { summaryOf } from "./validation/report-summary";

const band = readBand();
requireDiskSpace(band);

// The server, with the settings of the band.
const server = createServer(band);
const settings = new ServerSettings(`${band.stack}-settings`, { server, settings: band.settings });

// The database, roles and tables of the application.
const chat = new ChatDatabase(
  `${band.stack}-database`,
  {
    server,
    database: band.database,
    role: band.role,
    ownerRole: band.ownerRole,
    passwordVersion: band.passwordVersion,
    passwordForm: band.passwordForm,
  },
  { dependsOn: settings },
);
if (server.shared) {
  new DatabaseSettings(`${band.stack}-database-settings`, {
    server,
    database: chat,
    settings: band.settings,
  });
}
const schema = new ChatSchema(`${band.stack}-schema`, {
  server,
  database: chat,
  migrationsDir: band.migrationsDir,
});
const access = new AccessFiles(
  `${band.stack}-access`,
  { stack: band.stack, databaseUrl: chat.databaseUrl, migrationUrl: chat.migrationUrl },
  { dependsOn: schema },
);

// The rows, and the report on their quality.
const rows = new Dataset(
  `${band.stack}-dataset`,
  {
    spec: band.dataset,
    datasetVersion: band.datasetVersion,
    stack: band.stack,
    protect: band.protect,
  },
  { ...server.within, provider: chat.ownerTasks, dependsOn: access },
);
const quality = new QualityReport(
  `${band.stack}-quality`,
  {
    stack: band.stack,
    thresholds: band.thresholds,
    gate: band.qualityGate,
    dataset: band.dataset,
    fingerprint: rows.fingerprint,
    loadedFingerprint: rows.loadedFingerprint,
  },
  { provider: chat.ownerTasks },
);

// The effect of the phase-2 indexes on these rows.
const indexes =
  band.phase2 === "off"
    ? undefined
    : new Phase2(
        `${band.stack}-phase2`,
        {
          stack: band.stack,
          server,
          mode: band.phase2,
          quality,
          gate: band.qualityGate,
          fingerprint: rows.fingerprint,
        },
        // Its files go with it, and not with the server.
        { provider: chat.ownerTasks, replaceWith: server.within.replaceWith ?? [] },
      );

// This depends on everything, so it is deleted first when the stack is destroyed.
new Protection(
  `${band.stack}-protection`,
  { stack: band.stack, protect: band.protect, target: band.target.kind, server },
  { dependsOn: indexes ?? quality },
);

/** The URL of the application's least-privilege role. Secret. */
export const DATABASE_URL = chat.databaseUrl;
/** The URL of the schema owner, for migrations and indexes. Secret. */
export const MIGRATION_DATABASE_URL = chat.migrationUrl;
export const host = server.host;
export const port = server.port;
export const database = chat.database;
export const user = chat.role;
/** The figures and verdicts of the quality report. Its files have everything. */
export const report = quality.report.apply(summaryOf);
export const verdict = report.overall_assessment.verdict;
export const readyForPhase2 = report.overall_assessment.ready_for_phase2;
export const reportFiles = quality.files;
/** Row counts and fingerprints of the tables. */
export const dataset = { counts: rows.counts, fingerprint: rows.fingerprint };
/** The path of the script that opens psql on the database. */
export const connect = access.connect;
/** The path of the file with monitoring queries. */
export const monitor = access.monitor;
/**
 * The verdict on the phase-2 indexes if chat-perf:phase2 is set, otherwise null. Pulumi would warn about an undefined
 * output.
 */
export const phase2 = indexes === undefined ? null : { verdict: indexes.verdict, files: indexes.files };
