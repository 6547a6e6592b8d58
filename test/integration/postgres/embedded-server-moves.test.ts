import { execFileSync } from "node:child_process";
import { readdirSync, renameSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import {
  type EmbeddedServer,
  ensureServer,
  findServer,
  type RecordedServer,
  removeRecordedServer,
  type RunningServer,
  serverState,
} from "../../../postgres/embedded-server";
import { readMarker } from "../../../postgres/embedded/marker";
import { postmasterPid } from "../../support/embedded";
import { copyFolder, dataIn, endServer, rowsKept, runs, ServersWithRow } from "../../support/embedded-folder";
import { setUp, setUpEach, withUndo } from "../../support/fixture";
import { needs } from "../../support/needs";
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

  describe("in a project that was moved", () => {
    setUpEach((undo) => {
      undo(() => servers.cleanUp());
    });

    for (const state of ["running", "stopped"] as const) {
      it(`is found and served on, ${state}`, async () => {
        await make();
        const before = postmasterPid(running);
        if (state === "stopped") await end("SIGINT");
        const projectRoot = made.newProject();
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
        const projectRoot = made.newProject();
        renameSync(server.projectRoot, projectRoot);
        await removeRecordedServer({ ...known, projectRoot }, silent);
        expect(runs(pid)).to.be.false;
        expect(readdirSync(projectRoot)).to.deep.equal([]);
      });
    }

    it("is the moved project's also when it lies outside of it", async () => {
      await make({ dataDir: join(servers.folder(), "data") });
      const projectRoot = made.newProject();
      renameSync(server.projectRoot, projectRoot);
      expect(await bringBack({ ...known, projectRoot })).to.deep.equal(running);
      expect(readMarker(running.dataDirectory)).to.include({ projectRoot });
    });
  });

  describe("in a project that is mounted at a second path", () => {
    needs("linux", "root", "mount");

    it(
      "is one and the same under both paths, and is removed under either",
      withUndo(async (undo) => {
        undo(() => servers.cleanUp());
        await make();
        const second = servers.folder();
        execFileSync("mount", ["--bind", server.projectRoot, second]);
        undo(() => {
          execFileSync("umount", ["--lazy", second]);
        });
        const recorded = { ...known, projectRoot: second };
        expect(findServer(recorded)).to.deep.equal({ dataDirectory: running.dataDirectory });
        expect(findServer({ ...recorded, dataDirectory: dataIn(second) })).to.deep.equal({
          dataDirectory: dataIn(second),
        });
        expect(serverState(dataIn(second))).to.equal("running");
        const pid = postmasterPid(running);
        await removeRecordedServer({ ...recorded, dataDirectory: dataIn(second) }, silent);
        expect(runs(pid)).to.be.false;
        expect(readdirSync(server.projectRoot)).to.deep.equal([]);
      }),
    );
  });

  describe("in a project that was copied", () => {
    let copied: string;

    for (const state of ["running", "stopped"] as const) {
      describe(state, () => {
        setUp(async (undo) => {
          undo(() => servers.cleanUp());
          await make();
          if (state === "stopped") await end("SIGINT");
          copied = made.newProject();
          copyFolder(server.projectRoot, copied);
        });

        it("is not taken for the copy's server, and not started", async () => {
          const found = findServer({ ...known, projectRoot: copied });
          expect(found).to.deep.include({ useless: [dataIn(copied)] });
          expect(found)
            .to.have.property("reason")
            .that.matches(/is a copy of .* which still has the server/);
          const refused = await rejection(ensureServer({ ...server, projectRoot: copied }, silent));
          expect(refused).to.match(/is a copy of [^]*Delete that folder, then run `npm run up`/);
          expect(serverState(dataIn(copied))).to.equal("stopped");
        });

        it("is removed with the copy, and the original is not changed", async () => {
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
        expect(lines.join()).to.match(/belongs to stack "dev" of .* It was not changed\./);
        expect(await keptRows()).to.deep.equal([{ row: 1 }]);
      }),
    );
  });
});
