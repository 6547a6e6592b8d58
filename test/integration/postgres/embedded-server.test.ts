import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { withClient } from "../../../postgres/connection";
import {
  type EmbeddedServer,
  ensureServer,
  removeServer,
  restartServer,
  type RunningServer,
  serverState,
} from "../../../postgres/embedded-server";
import { adminUrl, EmbeddedServers, postmasterPid } from "../../support/embedded";
import { setUp } from "../../support/fixture";
import { listenOn } from "../../support/listening";
import { skipWithout } from "../../support/needs";
import { rejection } from "../../support/rejection";

const silent = (): void => undefined;

describe("the embedded server", () => {
  const servers = new EmbeddedServers();

  describe("through its life", () => {
    let server: EmbeddedServer;
    let running: RunningServer;

    setUp(async (undo) => {
      undo(() => servers.cleanUp());
      server = servers.describe();
      running = await servers.ensure(server);
    });

    const query = (sql: string): Promise<Record<string, unknown>[]> =>
      withClient(
        adminUrl(running, server),
        async (client) => (await client.query<Record<string, unknown>>(sql)).rows,
      );

    it("is PostgreSQL 18 in UTF-8, sorted alike on every machine, with checksums, in UTC", async () => {
      expect(running.version).to.match(/^18\./);
      const [row] = await query(
        `SELECT pg_encoding_to_char(encoding) AS encoding, datlocprovider, datlocale, current_setting('data_checksums')
                AS checksums, current_setting('timezone') AS timezone FROM pg_database WHERE datname = 'template0'`,
      );
      expect(row).to.deep.equal({
        encoding: "UTF8",
        datlocprovider: "b",
        datlocale: "C.UTF-8",
        checksums: "on",
        timezone: "UTC",
      });
    });

    it("is not restarted when it runs", async () => {
      const before = postmasterPid(running);
      const lines: string[] = [];
      expect(await servers.ensure(server, (line) => lines.push(line))).to.deep.equal(running);
      expect(postmasterPid(running)).to.equal(before);
      expect(lines).to.deep.equal([]);
    });

    it("keeps its files to itself, and no password among them", () => {
      const modeOf = (...path: string[]) => statSync(join(running.dataDirectory, ...path)).mode & 0o777;
      expect(modeOf()).to.equal(0o700);
      for (const file of ["chat-perf.json", "chat-perf.conf", "pg_hba.conf", "postgresql.log"]) {
        expect(modeOf(file), file).to.equal(0o600);
      }
      for (const name of readdirSync(running.dataDirectory, { recursive: true, encoding: "utf8" })) {
        const path = join(running.dataDirectory, name);
        if (statSync(path).isFile())
          expect(readFileSync(path).includes(server.adminPassword), name).to.be.false;
      }
    });

    it("runs in its own session, which Ctrl-C on a terminal does not reach", async function () {
      await skipWithout(this, "linux");
      const pid = postmasterPid(running);
      const session = /\) \S+ \d+ \d+ (\d+)/.exec(readFileSync(`/proc/${pid}/stat`, "utf8"))?.[1];
      expect(Number(session)).to.equal(pid);
    });

    it("comes back with its rows on its port after its process was killed", async () => {
      await query("CREATE TABLE IF NOT EXISTS kept AS SELECT 1 AS row");
      process.kill(postmasterPid(running), "SIGKILL");
      expect(await servers.ensure(server)).to.deep.equal(running);
      expect(await query("SELECT * FROM kept")).to.deep.equal([{ row: 1 }]);
    });

    it("comes back after a reboot, when its process number is another program's", async () => {
      await stop();
      writeFileSync(
        join(running.dataDirectory, "postmaster.pid"),
        `${process.pid}\n${running.dataDirectory}\n1\n`,
      );
      expect(serverState(running.dataDirectory)).to.equal("stopped");
      expect(await servers.ensure(server)).to.deep.equal(running);
    });

    it("takes a new administrator's password, also when told so twice", async () => {
      server = { ...server, adminPassword: "second-password", previousAdminPassword: "first-password" };
      await servers.ensure(server);
      await servers.ensure(server);
      expect(await query("SELECT 1 AS one")).to.deep.equal([{ one: 1 }]);
      const old = adminUrl(running, { ...server, adminPassword: "first-password" });
      expect(await rejection(withClient(old, () => Promise.resolve()))).to.match(
        /password authentication failed/,
      );
      expect(readFileSync(running.logFile, "utf8")).not.to.include("second-password");
    });

    it("says so when it takes neither password", async () => {
      const wrong = { ...server, adminPassword: "third-password", previousAdminPassword: "also wrong" };
      expect(await rejection(ensureServer(wrong, silent))).to.match(
        /belongs to stack "dev" but does not accept the administrator's password[^]*npm run down -- --stack dev/,
      );
    });

    it("restarts when told so, and settings that need it take effect", async () => {
      await query("ALTER SYSTEM SET max_connections = 37");
      await restartServer(running.dataDirectory, silent);
      expect(await query("SHOW max_connections")).to.deep.equal([{ max_connections: "37" }]);
    });

    it("does not start while another program has its port, and says so", async () => {
      await stop();
      const other = await listenOn(running.port);
      try {
        expect(await rejection(ensureServer(server, silent))).to.match(
          new RegExp(`Port ${running.port} of the server \\(chat-perf:port\\) cannot be used`),
        );
      } finally {
        other.close();
      }
      await servers.ensure(server);
    });

    it("moves to another port when it is configured", async () => {
      const free = await listenOn(0);
      const { port } = free.address() as { port: number };
      expect(await rejection(ensureServer({ ...server, port }, silent))).to.include(`Port ${port}`);
      expect(await query("SELECT 1 AS one"), "still on the old port").to.deep.equal([{ one: 1 }]);
      await new Promise((resolve) => free.close(resolve));

      const moved = await servers.ensure({ ...server, port });
      expect(moved).to.deep.equal({ ...running, port });
      running = moved;
      expect((await servers.ensure(server)).port, "kept when the configuration no longer names one").to.equal(
        port,
      );
    });

    it("is not taken over by another stack", async () => {
      const other = { ...server, stack: "staging", dataDir: running.dataDirectory };
      expect(await rejection(ensureServer(other, silent))).to.match(/belongs to stack "dev"/);
      const otherProject = { ...server, projectRoot: servers.folder(), dataDir: running.dataDirectory };
      expect(await rejection(ensureServer(otherProject, silent))).to.match(/belongs to stack "dev" of /);
    });

    it("keeps its version, and says so when another is asked for", async () => {
      expect(await rejection(ensureServer({ ...server, postgresVersion: 17 }, silent))).to.match(
        /^PostgreSQL 18 created .*, but chat-perf:postgresVersion is 17/,
      );
      expect(await query("SELECT 1 AS one")).to.deep.equal([{ one: 1 }]);
    });

    it("leaves nothing when it is removed, dead or alive, or half removed", async () => {
      await removeServer(running.dataDirectory, silent);
      expect(readdirSync(server.projectRoot)).to.deep.equal([]);
      expect(serverState(running.dataDirectory)).to.equal("missing");
      await removeServer(running.dataDirectory, silent);
    });

    async function stop(): Promise<void> {
      const pid = postmasterPid(running);
      process.kill(pid, "SIGINT");
      while (serverState(running.dataDirectory) === "running") await new Promise(setImmediate);
    }
  });
});
