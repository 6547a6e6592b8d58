import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { type AddressInfo, createServer, type Server } from "node:net";
import { join } from "node:path";
import { expect } from "chai";
import { ensureServer, removeServer } from "../../../postgres/embedded-server";
import { EmbeddedServers, postmasterPid } from "../../support/embedded";
import { setUp, setUpEach } from "../../support/fixture";
import { listenOn } from "../../support/listening";
import { rejection } from "../../support/rejection";

const silent = (): void => undefined;

describe("the embedded server", () => {
  const servers = new EmbeddedServers();

  describe("that was killed half-way", () => {
    setUpEach((undo) => {
      undo(() => servers.cleanUp());
    });

    it("is created again after initdb was interrupted", async () => {
      const server = servers.describe();
      const interrupted = join(server.projectRoot, ".postgres", "dev~unfinished-0123");
      mkdirSync(join(interrupted, "data", "base"), { recursive: true });
      writeFileSync(
        join(interrupted, "chat-perf.json"),
        JSON.stringify({ madeBy: "chat-perf", stack: "dev", projectRoot: server.projectRoot }),
      );
      writeFileSync(join(interrupted, "password"), "first-password\n");
      await servers.ensure(server);
      expect(existsSync(interrupted)).to.be.false;
    });

    it("is removed when only initdb was interrupted, when it is dead, and when its removal was interrupted", async () => {
      const server = servers.describe();
      const dataDirectory = join(server.projectRoot, ".postgres", "dev");
      const interrupted = `${dataDirectory}~unfinished-0123`;
      mkdirSync(interrupted, { recursive: true });
      writeFileSync(
        join(interrupted, "chat-perf.json"),
        JSON.stringify({ madeBy: "chat-perf", stack: "dev", projectRoot: server.projectRoot }),
      );
      await removeServer(dataDirectory, silent);
      expect(readdirSync(server.projectRoot)).to.deep.equal([]);

      const running = await servers.ensure(server);
      process.kill(postmasterPid(running), "SIGKILL");
      await removeServer(dataDirectory, silent);
      expect(readdirSync(server.projectRoot)).to.deep.equal([]);

      mkdirSync(join(dataDirectory, "base"), { recursive: true });
      writeFileSync(
        join(dataDirectory, "chat-perf.json"),
        JSON.stringify({ madeBy: "chat-perf", stack: "dev", projectRoot: server.projectRoot }),
      );
      await removeServer(dataDirectory, silent);
      expect(readdirSync(server.projectRoot)).to.deep.equal([]);
    });

    it("says what is wrong when it cannot start", async () => {
      const server = servers.describe();
      const running = await servers.ensure(server);
      process.kill(postmasterPid(running), "SIGKILL");
      const settings = join(running.dataDirectory, "postgresql.auto.conf");
      writeFileSync(settings, `${readFileSync(settings, "utf8")}shared_buffers = 'plenty'\n`);
      expect(await rejection(ensureServer(server, silent))).to.match(
        /did not start:[^]*invalid value for parameter "shared_buffers": "plenty"[^]*postgresql\.log/,
      );
    });
  });

  describe("before there is one", () => {
    setUp((undo) => {
      undo(() => servers.cleanUp());
    });

    it("refuses a folder that is not its own, and leaves it as it is", async () => {
      const server = servers.describe({ dataDir: "mine" });
      const mine = join(server.projectRoot, "mine");
      mkdirSync(mine);
      writeFileSync(join(mine, "thesis.txt"), "years of work");
      expect(await rejection(ensureServer(server, silent))).to.match(
        /mine is not empty and was not created by this program/,
      );
      await removeServer(mine, silent);
      writeFileSync(join(mine, "PG_VERSION"), "18\n");
      expect(await rejection(removeServer(mine, silent))).to.match(
        /was not created by this program\. It was not changed/,
      );
      expect(readdirSync(mine)).to.deep.equal(["PG_VERSION", "thesis.txt"]);
    });

    it("starts on another port when the one it chose is taken at the last moment", async () => {
      const server = servers.describe();
      const faster: Server[] = [];
      const takePort = (line: string): void => {
        const port = /^Starting PostgreSQL at 127\.0\.0\.1:(\d+)$/.exec(line)?.[1];
        if (port !== undefined && faster.length < 2) faster.push(createServer().listen(Number(port)));
      };
      try {
        const { port } = await servers.ensure(server, takePort);
        const taken = faster.map((other) => (other.address() as AddressInfo).port);
        expect(taken).to.have.length(2).and.not.include(port);
        expect((await servers.ensure(server)).port, "kept from then on").to.equal(port);
      } finally {
        for (const other of faster) other.close();
      }
    });

    it("refuses a busy port and makes nothing", async () => {
      const other = await listenOn(0);
      const { port } = other.address() as { port: number };
      const server = servers.describe({ port });
      expect(await rejection(ensureServer(server, silent)))
        .to.include(`Port ${port}`)
        .and.include("chat-perf:port");
      expect(readdirSync(server.projectRoot)).to.deep.equal([]);
      other.close();
    });
  });
});
