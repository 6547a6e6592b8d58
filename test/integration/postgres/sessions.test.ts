import { cpSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { expect } from "chai";
import { clearDataset, loadDataset, readDataset } from "../../../generator/load";
import type { DatasetSpec } from "../../../generator/spec";
import { applyIndexes } from "../../../phase2/indexes/build";
import { takeCapture } from "../../../phase2/measure/take-capture";
import { Server as PluginServer } from "../../../toolchain/closed-network/plugins/postgresql/server";
import { QUERIES } from "../../../phase2/queries/query-files";
import { withClient } from "../../../postgres/connection";
import { monitorQueries } from "../../../postgres/existing/monitoring";
import { resetStatistics } from "../../../postgres/extensions";
import { applyMigrations, readMigrations } from "../../../postgres/migrations";
import { readSettings } from "../../../postgres/settings";
import { defaultThresholds } from "../../../validation/thresholds";
import { validateDataset } from "../../../validation/validate";
import { ATTACK, hostile, hostileToAdministrators, refusedMigrations } from "../../support/hostile-sql";
import { setUp } from "../../support/fixture";
import { failureOf } from "../../support/rejection";
import { startTestServer, temporaryFolder, type TestDatabase, type TestServer } from "../../support/server";

const spec: DatasetSpec = {
  messages: 2_000,
  users: 100,
  conversations: 50,
  seed: "hostile",
  alpha: 1.8,
  windowDays: 90,
  windowEnd: "2025-10-01T00:00:00Z",
};
const silent = (): void => undefined;

describe("the sessions of a stack whose owner is hostile", function () {
  this.timeout(300_000);
  let server: TestServer;
  let database: TestDatabase;
  let folder: string;
  /** The role that ran each piece of hostile code, and what it gained. */
  let runs: { label: string; login: string; acting: string; gained: string }[];

  const migrations = readMigrations(resolve(__dirname, "../../../prisma/migrations"));
  const migration = (name: string, sql: string) => ({ name, sql, checksum: name });
  const migrate = (...more: [name: string, sql: string][]) =>
    applyMigrations(
      database.ownerUrl,
      [...migrations, ...more.map(([name, sql]) => migration(name, sql))],
      { applicationRole: database.appRole },
      silent,
    );
  const forget = (name: string) =>
    withClient(database.ownerUrl, (client) =>
      client.query(`UPDATE _prisma_migrations SET rolled_back_at = now() WHERE migration_name = $1`, [name]),
    );

  setUp(async (undo) => {
    server = await startTestServer();
    folder = temporaryFolder("hostile-queries");
    undo(() => {
      rmSync(folder, { recursive: true, force: true });
    });
    database = await server.createDatabase({ migrated: false });
    undo(() => database.drop());
    const log = join(server.dataDirectory, "postgresql.log");
    const logged = readFileSync(log, "utf8").length;

    const traps = Object.entries(hostile);
    await migrate(["attack", ATTACK], ...traps);
    for (const [name, sql] of Object.entries(refusedMigrations)) {
      await failureOf(migrate(["attack", ATTACK], ...traps, [name, sql]));
      await forget(name);
    }
    cpSync(join(QUERIES, "q2-insert-message.sql"), join(folder, "q2.sql"));
    writeFileSync(
      join(folder, "q1.sql"),
      "-- name: Q1\n-- title: hostile\n-- parameters: user\nSELECT attack('a query file') FROM users WHERE id = $1;\n",
    );
    await loadDataset(database.ownerUrl, spec, silent, { workers: 1 });
    await readDataset(database.ownerUrl);
    await validateDataset(database.ownerUrl, { thresholds: defaultThresholds, log: silent });
    await takeCapture(database.ownerUrl, {
      kind: "pre-optimization",
      seed: "a",
      blocks: 1,
      queriesFolder: folder,
      log: silent,
    });
    await applyIndexes(database.ownerUrl, { log: silent });
    await clearDataset(database.ownerUrl, silent);
    await withClient(database.appUrl, (client) => client.query("SELECT count(*) FROM guarded"));

    await withClient(database.ownerUrl, async (client) => {
      for (const sql of Object.values(hostileToAdministrators)) await client.query(sql);
    });
    await resetStatistics(database.adminUrl);
    await monitorQueries(database.adminUrl);
    await readSettings(database.adminUrl, { work_mem: undefined });
    const plugin = new PluginServer({
      host: server.host,
      port: server.port,
      username: "postgres",
      password: server.adminPassword,
      database: "postgres",
      tls: { sslmode: "disable" },
      connectTimeout: 10,
    });
    await plugin.connect(database.name, (session) =>
      session.query("SELECT current_database() FROM pg_settings WHERE name = 'work_mem'"),
    );

    runs = [
      ...readFileSync(log, "utf8")
        .slice(logged)
        .matchAll(/attack: (.*) login=(\S+) acting=(\S+) gained=(.*)/g),
    ].map(([, label, login, acting, gained]) => ({
      label: label!,
      login: login!,
      acting: acting!,
      gained: gained!,
    }));
  });

  const labels = [...Object.keys(hostile), ...Object.keys(refusedMigrations), "a query file"];
  it(`run all ${labels.length} pieces of the owner's code, each with no more rights than the owner's`, () => {
    expect(labels.length).to.be.at.least(20);
    expect(labels.filter((label) => !runs.some((run) => run.label === label))).to.deep.equal([]);
    const roles = [database.ownerRole, database.appRole];
    expect(
      runs.filter(({ login, acting, gained }) => !roles.includes(login) || acting !== login || gained !== ""),
    ).to.deep.equal([]);
  });

  it("run none of the owner's code as the administrator", () => {
    expect(runs.filter(({ login }) => login === "postgres")).to.deep.equal([]);
  });

  it("are refused where the administrator would only act as the owner", async () => {
    const acting = `${database.adminUrl}?options=-c%20role%3D${database.ownerRole}`;
    for (const work of [
      () => applyMigrations(acting, migrations, { applicationRole: database.appRole }, silent),
      () => loadDataset(acting, spec, silent),
      () => validateDataset(acting, { thresholds: defaultThresholds, log: silent }),
      () => takeCapture(acting, { kind: "pre-optimization", seed: "a", blocks: 1, log: silent }),
    ]) {
      expect((await failureOf(work())).message).to.include(
        `must have the role "postgres", but it has the role "postgres", acting as "${database.ownerRole}"`,
      );
    }
  });

  it("are refused when a default role is set for the login", async () => {
    const asAdmin = (sql: string) => withClient(server.adminUrl, (client) => client.query(sql));
    await asAdmin(`GRANT ${database.appRole} TO ${database.ownerRole}`);
    await asAdmin(`ALTER ROLE ${database.ownerRole} SET role = ${database.appRole}`);
    try {
      expect((await failureOf(withClient(database.ownerUrl, () => Promise.resolve()))).message).to.match(
        new RegExp(`role "${database.ownerRole}", but .*, acting as "${database.appRole}".*RESET role`, "s"),
      );
    } finally {
      await asAdmin(`ALTER ROLE ${database.ownerRole} RESET role`);
    }
  });
});
