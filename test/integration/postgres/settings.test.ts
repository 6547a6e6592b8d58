import { expect } from "chai";
import { withClient } from "../../../postgres/connection";
import { type EmbeddedServer, restartServer, type RunningServer } from "../../../postgres/embedded-server";
import {
  applySetting,
  pendingRestarts,
  provedSettings,
  readSetting,
  reloadSettings,
  resetSetting,
  settingsNow,
} from "../../../postgres/settings";
import { settingTakes } from "../../../postgres/settings-catalogue";
import { adminUrl, EmbeddedServers } from "../../support/embedded";
import { watchingSettings } from "../../../config/settings";
import { setUpEach } from "../../support/fixture";
import { rejection } from "../../support/rejection";

const silent = (): void => undefined;

/** The settings of every band, with the sizes of one band. */
const band = {
  ...watchingSettings,
  work_mem: "64MB",
  shared_buffers: "256MB",
  maintenance_work_mem: "128MB",
};

describe("server settings", () => {
  const servers = new EmbeddedServers();
  let server: EmbeddedServer;
  let running: RunningServer;
  let url: string;

  setUpEach(async (undo) => {
    undo(() => servers.cleanUp());
    server = servers.describe();
    running = await servers.ensure(server);
    url = adminUrl(running, server);
  });

  const query = (sql: string): Promise<Record<string, unknown>[]> =>
    withClient(url, async (client) => (await client.query<Record<string, unknown>>(sql)).rows);

  it("of a band are in force after one restart, and proved", async () => {
    for (const [name, value] of Object.entries(band)) await applySetting(url, name, value);
    expect(await pendingRestarts(url)).to.deep.equal(["shared_buffers", "shared_preload_libraries"]);
    expect(await rejection(provedSettings(url, band))).to.match(
      /shared_buffers is 128MB, not 256MB: it waits for a restart\n {2}.*shared_preload_libraries|shared_preload_libraries[^]*shared_buffers is 128MB, not 256MB: it waits for a restart/,
    );
    await restartServer(running.dataDirectory, silent);
    expect(await pendingRestarts(url)).to.deep.equal([]);
    const proofs = await provedSettings(url, band);
    expect(proofs.map(({ name, expected, actual }) => [name, expected, actual])).to.have.deep.members(
      Object.entries(band).map(([name, value]) => [name, value, value]),
    );
    for (const proof of proofs)
      expect(proof).to.include({ source: "configuration file", pendingRestart: false });
    expect(await settingsNow(url, band)).to.deep.equal(band);

    // The settings of an extension exist only after its library is loaded.
    await applySetting(url, "pg_stat_statements.track", "all");
    expect(await readSetting(url, "pg_stat_statements.track")).to.include({ value: "all" });
  });

  it("are found when somebody changes them, and are restored", async () => {
    await applySetting(url, "work_mem", "65536kB");
    expect(await readSetting(url, "work_mem", "64MB")).to.deep.equal({
      ...{
        name: "work_mem",
        value: "64MB",
        configured: "64MB",
        source: "configuration file",
        context: "user",
        pendingRestart: false,
      },
    });
    await query("ALTER SYSTEM SET work_mem = '5MB'");
    expect((await readSetting(url, "work_mem", "64MB")).configured).to.equal("5MB");
    await reloadSettings(url);
    expect(await settingsNow(url, { work_mem: "64MB" })).to.deep.equal({ work_mem: "5MB" });
    await resetSetting(url, "work_mem");
    expect(await readSetting(url, "work_mem", "64MB")).to.include({
      value: "4MB",
      configured: "",
      source: "default",
    });
  });

  it("are not called in force when the role's own value beats them", async () => {
    await applySetting(url, "work_mem", "64MB");
    await query("ALTER ROLE postgres SET work_mem = '7MB'");
    expect(await rejection(provedSettings(url, { work_mem: "64MB" }))).to.match(
      /not in force:\n {2}work_mem is 7MB, not 64MB \(source: user\)/,
    );
  });

  it("that the server does not take are refused with their name and the server's words", async () => {
    for (const [name, value, words] of [
      ["work_mem", "64XB", /work_mem to "64XB": invalid value.*Valid units for this parameter are/],
      ["work_mem", "-5", /work_mem to "-5": -5 kB is outside the valid range/],
      ["wrok_mem", "64MB", /wrok_mem to "64MB": unrecognized configuration parameter/],
      ["block_size", "16384", /block_size.*cannot be changed/],
      ["work_mem; DROP TABLE messages", "1", /is not the name of a PostgreSQL setting/],
    ] as const) {
      const attempt = applySetting(url, name, value);
      expect(await rejection(attempt), name).to.match(words);
    }
    expect(await rejection(readSetting(url, "wrok_mem"))).to.match(/has no setting "wrok_mem"/);
    expect(await query("SELECT 1 FROM pg_file_settings WHERE sourcefile LIKE '%auto.conf'")).to.deep.equal(
      [],
    );
  });

  it("take a restart or a reload as the catalogue says, for every setting there is", async () => {
    const rows = await query("SELECT name, context FROM pg_settings WHERE context <> 'internal'");
    expect(rows.length).to.be.greaterThan(300);
    for (const { name, context } of rows as { name: string; context: string }[]) {
      expect(settingTakes(name), name).to.equal(context === "postmaster" ? "restart" : "reload");
    }
  });
});
