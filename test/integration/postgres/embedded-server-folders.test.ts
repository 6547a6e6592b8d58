import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import {
  type EmbeddedServer,
  ensureServer,
  findServer,
  type RecordedServer,
  removeRecordedServer,
  removeServer,
  restartServer,
  type RunningServer,
} from "../../../postgres/embedded-server";
import { readMarker, writeMarker } from "../../../postgres/embedded/marker";
import { postmasterPid } from "../../support/embedded";
import { copyFolder, dataIn, endServer, rowsKept, runs, ServersWithRow } from "../../support/embedded-folder";
import { setUp, setUpEach, withUndo } from "../../support/fixture";
import { ended } from "../../support/processes";
import { rejection } from "../../support/rejection";

const silent = (): void => undefined;

describe("an embedded server's folder", () => {
  const made = new ServersWithRow();
  const { servers } = made;
  let server: EmbeddedServer;
  let running: RunningServer;
  let known: RecordedServer;

  setUp((undo) => made.prepare(undo));

  async function make(changes: Partial<EmbeddedServer> = {}): Promise<void> {
    ({ server, running, known } = await made.make(changes));
  }
  const keptRows = (where = running): Promise<unknown[]> => rowsKept(where, server);
  const end = (signal: "SIGINT" | "SIGKILL"): Promise<void> => endServer(running, signal);
  const bringBack = (where: RecordedServer): Promise<RunningServer> => made.bringBack(server, where);

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
      it(`is useless without ${file}, and created again although its server still runs`, async () => {
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
        .that.includes("not created by this program");
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
      copyFolder(running.dataDirectory, backup);
      if (!stoppedBefore) await end("SIGKILL");
      rmSync(running.dataDirectory, { recursive: true });
      copyFolder(backup, running.dataDirectory);
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
      expect(lines.join()).to.include("It was not changed.");
      expect(await keptRows()).to.deep.equal([{ row: 1 }]);
    });

    it("is refused when other data stand under its marker", async () => {
      const marker = readMarker(running.dataDirectory)!;
      writeMarker(running.dataDirectory, { ...marker, systemIdentifier: "7000000000000000000" });
      for (const attempt of [ensureServer(server, silent), restartServer(running.dataDirectory, silent)]) {
        expect(await rejection(attempt)).to.include(
          "holds another PostgreSQL server than the one that was created",
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
        expect(await rejection(ensureServer(nameless, silent))).to.include(
          `The stack name "${stack}" cannot be the name of a folder.`,
        );
        expect(readdirSync(nameless.projectRoot)).to.deep.equal(["index.ts"]);
      }
    }),
  );
});
