import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect } from "chai";
import { withClient } from "../../../postgres/connection";
import { completeMarker, readMarker, writeMarker } from "../../../postgres/embedded/marker";
import {
  type EmbeddedServer,
  ensureServer,
  findServer,
  type RecordedServer,
  removeRecordedServer,
  removeServer,
  restartServer,
  type RunningServer,
  serverState,
} from "../../../postgres/embedded-server";
import { adminUrl, EmbeddedServers, postmasterPid } from "../../support/embedded";
import { ended, processes } from "../../support/processes";
import { setUp, setUpEach, withUndo } from "../../support/fixture";
import { rejection } from "../../support/rejection";

const silent = (): void => undefined;

describe("an embedded server's folder", () => {
  const servers = new EmbeddedServers();
  let server: EmbeddedServer;
  let running: RunningServer;
  let known: RecordedServer;

  /** A stopped server's data with a row: each test has a copy, for which its folder is the first. */
  let data: string;
  const template = new EmbeddedServers();
  setUp(async (undo) => {
    undo(() => template.cleanUp());
    server = template.describe();
    running = await template.ensure(server);
    await withClient(adminUrl(running, server), (client) =>
      client.query("CREATE TABLE kept AS SELECT 1 AS row"),
    );
    await end("SIGINT");
    data = running.dataDirectory;
  });

  /** Makes a server with a row, and what its stack's state would know of it. */
  async function make(changes: Partial<EmbeddedServer> = {}): Promise<void> {
    server = servers.describe(changes);
    const { stack, projectRoot, dataDir } = server;
    const folder = dataDir ?? join(projectRoot, ".postgres", stack);
    mkdirSync(dirname(folder), { recursive: true });
    copy(data, folder);
    rmSync(join(folder, "chat-perf.conf"));
    completeMarker(folder, stack, projectRoot);
    running = await servers.ensure(server);
    const { dataDirectory, systemIdentifier } = running;
    known = {
      stack,
      projectRoot,
      dataDirectory,
      systemIdentifier,
      ...(dataDir !== undefined && { dataDir }),
    };
  }
  const keptRows = async (where = running): Promise<unknown[]> =>
    withClient(
      adminUrl(where, server),
      async (client) => (await client.query<object>("SELECT * FROM kept")).rows,
    );
  const dataIn = (projectRoot: string): string => join(projectRoot, ".postgres", "dev");
  const newProject = (): string => join(servers.folder(), "project");
  const runs = (pid: number): boolean => processes().some((each) => each.pid === pid);

  async function end(signal: "SIGINT" | "SIGKILL"): Promise<void> {
    const pid = postmasterPid(running);
    process.kill(pid, signal);
    await ended([pid]);
  }
  /** A copy of a folder with owners, times and all. */
  function copy(from: string, to: string): void {
    execFileSync("cp", ["-a", from, to]);
  }
  /** Runs the stack's server where it was found. */
  async function bringBack(where: RecordedServer): Promise<RunningServer> {
    const { dataDirectory: foundAt } = findServer(where);
    if (foundAt === undefined) throw new Error("not found");
    return servers.ensure({ ...server, projectRoot: where.projectRoot, foundAt });
  }

  describe("in a project that was moved", () => {
    setUpEach((undo) => {
      undo(() => servers.cleanUp());
    });

    for (const state of ["running", "stopped"] as const) {
      it(`is found and served on, ${state}`, async () => {
        await make();
        const before = postmasterPid(running);
        if (state === "stopped") await end("SIGINT");
        const projectRoot = newProject();
        renameSync(server.projectRoot, projectRoot);
        const moved = await bringBack({ ...known, projectRoot });
        expect(moved).to.include({
          dataDirectory: dataIn(projectRoot),
          systemIdentifier: known.systemIdentifier,
        });
        expect(await keptRows(moved)).to.deep.equal([{ row: 1 }]);
        expect(runs(before)).to.be.false;
        expect(readMarker(moved.dataDirectory)).to.include({ projectRoot });
        await servers.ensure({ ...server, projectRoot, roles: [] });
      });

      it(`is removed, ${state}`, async () => {
        await make();
        const pid = postmasterPid(running);
        if (state === "stopped") await end("SIGINT");
        const projectRoot = newProject();
        renameSync(server.projectRoot, projectRoot);
        await removeRecordedServer({ ...known, projectRoot }, silent);
        expect(runs(pid)).to.be.false;
        expect(readdirSync(projectRoot)).to.deep.equal([]);
      });
    }

    it("is the moved project's also when it lies outside of it", async () => {
      await make({ dataDir: join(servers.folder(), "data") });
      const projectRoot = newProject();
      renameSync(server.projectRoot, projectRoot);
      expect(await bringBack({ ...known, projectRoot })).to.deep.equal(running);
      expect(readMarker(running.dataDirectory)).to.include({ projectRoot });
    });
  });

  describe("in a project that was copied", () => {
    let copied: string;

    for (const state of ["running", "stopped"] as const) {
      describe(state, () => {
        setUp(async (undo) => {
          undo(() => servers.cleanUp());
          await make();
          if (state === "stopped") await end("SIGINT");
          copied = newProject();
          copy(server.projectRoot, copied);
        });

        it("is not taken for the copy's server, and not started", async () => {
          const found = findServer({ ...known, projectRoot: copied });
          expect(found).to.deep.include({ useless: [dataIn(copied)] });
          expect(found)
            .to.have.property("reason")
            .that.matches(/is a copy of .* which keeps its server/);
          const refused = await rejection(ensureServer({ ...server, projectRoot: copied }, silent));
          expect(refused).to.match(/is a copy of [^]*Delete that folder, then run `npm run up`/);
          expect(serverState(dataIn(copied))).to.equal("stopped");
        });

        it("goes with the copy, and the original stays as it is", async () => {
          await removeRecordedServer({ ...known, projectRoot: copied }, silent);
          expect(readdirSync(copied)).to.deep.equal([]);
          const own = await servers.ensure({ ...server, projectRoot: copied });
          expect(own.systemIdentifier).not.to.equal(known.systemIdentifier);
          expect(serverState(running.dataDirectory)).to.equal(state);
          expect(await servers.ensure(server)).to.deep.equal(running);
          expect(await keptRows()).to.deep.equal([{ row: 1 }]);
        });
      });
    }

    it(
      "is the original's alone when it lies outside of the project",
      withUndo(async (undo) => {
        undo(() => servers.cleanUp());
        await make({ dataDir: join(servers.folder(), "data") });
        const inCopy = { ...known, projectRoot: servers.folder() };
        expect(findServer(inCopy))
          .to.have.nested.property("obstacle.message")
          .that.matches(/belongs to stack "dev" of [^]*npm run down/);
        const lines: string[] = [];
        await removeRecordedServer(inCopy, (line) => lines.push(line));
        expect(lines.join()).to.match(/belongs to stack "dev" of .* It is left alone\./);
        expect(await keptRows()).to.deep.equal([{ row: 1 }]);
      }),
    );
  });

  describe("that was lost", () => {
    setUpEach(async (undo) => {
      undo(() => servers.cleanUp());
      await make();
    });

    it("is gone when it was deleted, and its server ends with it", async () => {
      const pid = postmasterPid(running);
      rmSync(running.dataDirectory, { recursive: true });
      expect(findServer(known)).to.include({ reason: `The data folder ${running.dataDirectory} is gone.` });
      await removeRecordedServer(known, silent);
      await ended([pid]);
      const anew = await servers.ensure(server);
      expect(anew.systemIdentifier).not.to.equal(known.systemIdentifier);
    });

    it("is gone when it was emptied", async () => {
      await end("SIGKILL");
      for (const name of readdirSync(running.dataDirectory)) {
        rmSync(join(running.dataDirectory, name), { recursive: true });
      }
      expect(findServer(known)).to.include({ reason: `The data folder ${running.dataDirectory} is empty.` });
      await servers.ensure(server);
    });

    for (const file of ["PG_VERSION", "global/pg_control"]) {
      it(`is useless without ${file}, and made anew although its server still runs`, async () => {
        const pid = postmasterPid(running);
        rmSync(join(running.dataDirectory, file));
        const found = findServer(known);
        expect(found).to.deep.include({ useless: [running.dataDirectory] });
        expect(found).to.have.property("reason").that.includes("has lost PostgreSQL's files");
        await removeRecordedServer(known, silent);
        expect(runs(pid)).to.be.false;
        await servers.ensure(server);
      });
    }

    it("is known by its server's identifier when the marker is lost", async () => {
      rmSync(join(running.dataDirectory, "chat-perf.json"));
      const unknown = { ...known, systemIdentifier: "1" };
      expect(findServer(unknown))
        .to.have.nested.property("obstacle.message")
        .that.includes("not made by this program");
      expect(findServer(known)).to.deep.equal({ dataDirectory: running.dataDirectory });
      await removeRecordedServer(known, silent);
      expect(readdirSync(server.projectRoot)).to.deep.equal([]);
    });
  });

  describe("that comes back from a backup", () => {
    setUpEach(async (undo) => {
      undo(() => servers.cleanUp());
      await make();
    });

    async function restored(stoppedBefore: boolean): Promise<void> {
      const backup = join(servers.folder(), "dev");
      if (stoppedBefore) await end("SIGINT");
      copy(running.dataDirectory, backup);
      if (!stoppedBefore) await end("SIGKILL");
      rmSync(running.dataDirectory, { recursive: true });
      copy(backup, running.dataDirectory);
    }

    it("serves on when its server was stopped for the backup", async () => {
      await restored(true);
      expect(await bringBack(known)).to.deep.equal(running);
      expect(await keptRows()).to.deep.equal([{ row: 1 }]);
    });

    it("is never started when its server was running", async () => {
      await restored(false);
      const found = findServer(known);
      expect(found).to.deep.include({ useless: [running.dataDirectory] });
      expect(found).to.have.property("reason").that.includes("made while its server ran");
      expect(await rejection(ensureServer(server, silent))).to.include("made while its server ran");
    });
  });

  describe("with something else in its place", () => {
    setUpEach(async (undo) => {
      undo(() => servers.cleanUp());
      await make();
    });

    it("is not taken from another stack, nor stopped, nor removed", async () => {
      const other = { ...known, stack: "staging" };
      expect(findServer({ ...other, dataDir: running.dataDirectory }))
        .to.have.nested.property("obstacle.message")
        .that.matches(/belongs to stack "dev" of [^]*chat-perf:dataDir/);
      await removeRecordedServer({ ...other, dataDir: running.dataDirectory }, silent);
      expect(await keptRows()).to.deep.equal([{ row: 1 }]);
    });

    it("is not taken from a newer server of the stack: the state of the one before it is old", async () => {
      const old = { ...known, systemIdentifier: "7000000000000000000" };
      expect(findServer(old)).to.have.property("reason").that.includes("holds another server of stack");
      const lines: string[] = [];
      await removeRecordedServer(old, (line) => lines.push(line));
      expect(lines.join()).to.include("It is left alone.");
      expect(await keptRows()).to.deep.equal([{ row: 1 }]);
    });

    it("is refused when other data stand under its marker", async () => {
      const marker = readMarker(running.dataDirectory)!;
      writeMarker(running.dataDirectory, { ...marker, systemIdentifier: "7000000000000000000" });
      for (const attempt of [ensureServer(server, silent), restartServer(running.dataDirectory, silent)]) {
        expect(await rejection(attempt)).to.include(
          "holds another PostgreSQL server than the one that was made",
        );
      }
      writeMarker(running.dataDirectory, marker);
    });
  });

  it(
    "with a marker of an earlier version is adopted, and its marker completed",
    withUndo(async (undo) => {
      undo(() => servers.cleanUp());
      await make();
      const { systemIdentifier, ...stateBefore } = known;
      writeMarker(running.dataDirectory, {
        madeBy: "chat-perf",
        stack: "dev",
        projectRoot: server.projectRoot,
      });
      expect(findServer(stateBefore)).to.deep.equal({ dataDirectory: running.dataDirectory });
      expect(findServer(known)).to.deep.equal({ dataDirectory: running.dataDirectory });
      await servers.ensure(server);
      expect(readMarker(running.dataDirectory))
        .to.include({ systemIdentifier })
        .and.to.have.property("birth");
    }),
  );

  it(
    "is another stack's when that is called like an unfinished one",
    withUndo(async (undo) => {
      undo(() => servers.cleanUp());
      await make({ stack: "dev.unfinished-1" });
      const { projectRoot } = server;
      await servers.ensure({ ...server, stack: "dev" });
      await removeServer(dataIn(projectRoot), silent);
      mkdirSync(`${dataIn(projectRoot)}.unfinished-2`);
      await removeServer(dataIn(projectRoot), silent);
      expect(existsSync(`${dataIn(projectRoot)}.unfinished-2`), "an empty folder of whomever").to.be.true;
      expect(await keptRows()).to.deep.equal([{ row: 1 }]);
    }),
  );

  it(
    "needs a stack's name that can be a folder's",
    withUndo(async (undo) => {
      undo(() => servers.cleanUp());
      for (const stack of [".", ".."]) {
        const nameless = servers.describe({ stack });
        writeFileSync(join(nameless.projectRoot, "index.ts"), "");
        expect(await rejection(ensureServer(nameless, silent))).to.include(`the name of stack "${stack}"`);
        expect(readdirSync(nameless.projectRoot)).to.deep.equal(["index.ts"]);
      }
    }),
  );
});
