import { expect } from "chai";
import { withClient } from "../../../postgres/connection";
import { assertStatStatementsPreloaded, resetStatistics } from "../../../postgres/extensions";
import { restartServer } from "../../../postgres/embedded-server";
import { adminUrl, EmbeddedServers } from "../../support/embedded";
import { setUp } from "../../support/fixture";
import { rejection } from "../../support/rejection";
import { startTestServer } from "../../support/server";

describe("pg_stat_statements", () => {
  const servers = new EmbeddedServers();
  setUp((undo) => {
    undo(() => servers.cleanUp());
  });

  it("is there when it is preloaded", async () => {
    await assertStatStatementsPreloaded((await startTestServer()).adminUrl);
  });

  it("is missing, with the remedy, when it is not preloaded, though it could be created", async () => {
    const server = servers.describe();
    const url = adminUrl(await servers.ensure(server), server);
    await withClient(url, (client) => client.query("CREATE EXTENSION pg_stat_statements"));
    const remedy =
      /^pg_stat_statements extension not available.*\n.*ALTER SYSTEM SET shared_preload_libraries = 'pg_stat_statements'.*restart/;
    expect(await rejection(assertStatStatementsPreloaded(url))).to.match(remedy);
    expect(await rejection(resetStatistics(url))).to.match(remedy);
  });

  it("is to be added to the libraries that are preloaded, and replaces none", async () => {
    const server = servers.describe();
    const running = await servers.ensure(server);
    const url = adminUrl(running, server);
    await withClient(url, (client) =>
      client.query("ALTER SYSTEM SET shared_preload_libraries = 'auto_explain'"),
    );
    await restartServer(running.dataDirectory, () => undefined);
    expect(await rejection(assertStatStatementsPreloaded(url))).to.include(
      "ALTER SYSTEM SET shared_preload_libraries = 'auto_explain', 'pg_stat_statements'`",
    );
  });

  it("starts from zero after a reset, in its own database only", async () => {
    const server = await startTestServer();
    const [one, other] = [await server.createDatabase(), await server.createDatabase()];
    const seen = (url: string) =>
      withClient(url, async (client) => {
        const { rows } = await client.query<{ n: number }>(
          `SELECT count(*)::int AS n FROM pg_stat_statements JOIN pg_database ON pg_database.oid = dbid
            WHERE datname = current_database() AND query LIKE 'SELECT count(*) FROM users%'`,
        );
        return rows[0]!.n;
      });
    try {
      for (const { appUrl } of [one, other]) {
        await withClient(appUrl, (client) => client.query("SELECT count(*) FROM users"));
      }
      expect([await seen(one.adminUrl), await seen(other.adminUrl)]).to.deep.equal([1, 1]);
      await resetStatistics(one.adminUrl);
      expect([await seen(one.adminUrl), await seen(other.adminUrl)]).to.deep.equal([0, 1]);
    } finally {
      for (const database of [one, other]) await database.drop();
    }
  });

  it("cannot be reset in a database that lacks it", async () => {
    expect(await rejection(resetStatistics((await startTestServer()).adminUrl))).to.match(
      /not available in database "postgres".\n.*CREATE EXTENSION/,
    );
  });
});
