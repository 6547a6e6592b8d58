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
import { serverOf } from "./components/server-of";
import { ServerSettings } from "./components/server-settings";

const band = readBand();
requireDiskSpace(band);

// A server, with the band's settings in force.
const server = serverOf(band);
const settings = new ServerSettings(`${band.stack}-settings`, { server, settings: band.settings });

// The application's database, roles and tables.
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

// The rows, and the proof that they are what they should be.
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

// What the indexes of phase 2 do on these rows.
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

// What depends on everything is the first to be asked when the stack is to go.
new Protection(
  `${band.stack}-protection`,
  { stack: band.stack, protect: band.protect, target: band.target.kind, server },
  { dependsOn: indexes ?? quality },
);

/** The application's URL: the least-privilege role. Secret. */
export const DATABASE_URL = chat.databaseUrl;
/** The schema owner's URL, for migrations and indexes. Secret. */
export const MIGRATION_DATABASE_URL = chat.migrationUrl;
export const host = server.host;
export const port = server.port;
export const database = chat.database;
export const user = chat.role;
/** The quality report, as JSON. */
export const report = quality.report;
export const verdict = report.overall_assessment.verdict;
export const readyForPhase2 = report.overall_assessment.ready_for_phase2;
export const reportFiles = quality.files;
/** Row counts and fingerprints of the tables. */
export const dataset = { counts: rows.counts, fingerprint: rows.fingerprint };
/** Script that opens psql on the database. */
export const connect = access.connect;
/** Monitoring queries for it. */
export const monitor = access.monitor;
/** The verdict on the indexes of phase 2, where chat-perf:phase2 asks for one; Pulumi warns of what is undefined. */
export const phase2 = indexes === undefined ? null : { verdict: indexes.verdict, files: indexes.files };
