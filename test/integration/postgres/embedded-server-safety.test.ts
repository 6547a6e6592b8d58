import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import {
  chownSync,
  cpSync,
  existsSync,
  lchownSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { writeMarker } from "../../../postgres/embedded/marker";
import { runningPostmaster } from "../../../postgres/embedded/postmaster";
import { makeServerFolder, OWN_PARENTS, removeFolder } from "../../../postgres/embedded/server-files";
import { serverUser } from "../../../postgres/embedded/server-user";
import {
  type EmbeddedServer,
  ensureServer,
  removeServer,
  type RunningServer,
  serverState,
} from "../../../postgres/embedded-server";
import { EmbeddedServers, postmasterPid } from "../../support/embedded";
import { setUp, withUndo } from "../../support/fixture";
import { needs } from "../../support/needs";
import { rejection } from "../../support/rejection";
import { temporaryFolder } from "../../support/server";
import type { Undo } from "../../support/undoing";

const silent = (): void => undefined;
/** A folder that does not show processes. */
const NO_PROC = "/nowhere";

describe("whatever is in an embedded server's folder,", () => {
  const servers = new EmbeddedServers();
  let server: EmbeddedServer;
  let running: RunningServer;

  setUp(async (undo) => {
    undo(() => servers.cleanUp());
    server = servers.describe();
    running = await servers.ensure(server);
  });

  const inData = (name: string): string => join(running.dataDirectory, name);
  const newFolder = (undo: Undo): string => {
    const folder = temporaryFolder("safety");
    undo(() => {
      rmSync(folder, { recursive: true, force: true });
    });
    return folder;
  };
  /** Starts a process that does nothing, with this name. */
  async function idle(undo: Undo, cwd: string, argv0 = "idle", ...args: string[]): Promise<ChildProcess> {
    const script = "process.stdout.write('here'); setInterval(() => undefined, 60_000)";
    const child = spawn(process.execPath, ["-e", script, "--", ...args], {
      cwd,
      argv0,
      stdio: ["ignore", "pipe", "ignore"],
    });
    undo(() => child.kill("SIGKILL"));
    await once(child.stdout, "data");
    return child;
  }
  const isAlive = ({ exitCode, signalCode }: ChildProcess): boolean =>
    exitCode === null && signalCode === null;

  describe("root follows no link", () => {
    needs("root");

    const written = ["chat-perf.conf", "pg_hba.conf", "server.crt", "server.key", "chat-perf.json"];
    const others = ["postgresql.log", "postmaster.pid", "postgresql.conf"];
    for (const name of [...written, ...written.map((each) => `.${each}.unfinished`), ...others]) {
      it(
        `called ${name}`,
        withUndo(async (undo) => {
          const victim = join(newFolder(undo), "victim");
          writeFileSync(victim, "precious", { mode: 0o600 });
          const kept = `${inData(name)}.kept`;
          if (existsSync(inData(name))) renameSync(inData(name), kept);
          symlinkSync(victim, inData(name));
          lchownSync(inData(name), serverUser()!.uid, serverUser()!.gid);
          undo(() => {
            rmSync(inData(name), { force: true });
            if (existsSync(kept)) renameSync(kept, inData(name));
          });
          // The server may refuse the name.
          await ensureServer({ ...server, roles: [name] }, silent).catch(silent);
          expect(readFileSync(victim, "utf8")).to.equal("precious");
          expect(statSync(victim)).to.include({ uid: 0, gid: 0, mode: 0o100600 });
        }),
      );
    }

    it(
      "in place of the folder, also when it is to be removed",
      withUndo(async (undo) => {
        const victim = join(newFolder(undo), "victim");
        makeServerFolder(victim);
        writeMarker(victim, { madeBy: "chat-perf", stack: "dev", projectRoot: victim });
        writeFileSync(join(victim, "precious"), "");
        const dataDir = join(newFolder(undo), "data");
        symlinkSync(victim, dataDir);
        expect(await rejection(ensureServer({ ...server, dataDir }, silent))).to.include(
          `${dataDir} is a link`,
        );
        removeFolder(dataDir, "chat-perf.json");
        expect(existsSync(dataDir)).to.be.false;
        expect(readdirSync(victim)).to.include.members(["chat-perf.json", "precious"]);
      }),
    );

    it(
      "and serves nobody else's folder",
      withUndo(async (undo) => {
        chownSync(running.dataDirectory, 12_345, 12_345);
        undo(() => {
          chownSync(running.dataDirectory, serverUser()!.uid, serverUser()!.gid);
        });
        const there = { ...server, foundAt: running.dataDirectory };
        expect(await rejection(ensureServer(there, silent))).to.include("belongs to another user");
      }),
    );
  });

  describe("no other process counts as its server:", () => {
    needs("linux");

    for (const proc of ["/proc", NO_PROC]) {
      describe(proc === NO_PROC ? "by ps" : "by /proc", () => {
        it("its own is", () => {
          expect(runningPostmaster(running.dataDirectory, proc)).to.equal(postmasterPid(running));
        });

        it(
          "not one at work in that folder with the number of a server that has ended",
          withUndo(async (undo) => {
            const folder = newFolder(undo);
            const innocent = await idle(undo, folder);
            const file = readFileSync(inData("postmaster.pid"), "utf8");
            const stale = file.replace(/^\d+/, String(innocent.pid)).replace(running.dataDirectory, folder);
            writeFileSync(join(folder, "postmaster.pid"), stale);
            expect(runningPostmaster(folder, proc)).to.be.undefined;
          }),
        );

        it(
          "not the original's in a copy",
          withUndo((undo) => {
            const folder = newFolder(undo);
            cpSync(inData("postmaster.pid"), join(folder, "postmaster.pid"));
            expect(runningPostmaster(folder, proc)).to.be.undefined;
          }),
        );

        it(
          "not a zombie",
          withUndo(async (undo) => {
            const folder = newFolder(undo);
            // The shell becomes a program that does not wait for its child.
            const parent = spawn("sh", ["-c", "(exit 0) & echo $!; exec sleep 600"], {
              stdio: ["ignore", "pipe", "ignore"],
            });
            undo(() => parent.kill("SIGKILL"));
            const [pid] = (await once(parent.stdout, "data")) as [Buffer];
            writeFileSync(join(folder, "postmaster.pid"), `${pid.toString().trim()}\n${folder}\n`);
            expect(runningPostmaster(folder, proc)).to.be.undefined;
          }),
        );
      });
    }

    it(
      "and none is stopped for a stale number when the folder is removed",
      withUndo(async (undo) => {
        const folder = join(newFolder(undo), "dev");
        makeServerFolder(folder);
        writeMarker(folder, { madeBy: "chat-perf", stack: "dev", projectRoot: folder });
        const innocent = await idle(undo, folder);
        writeFileSync(join(folder, "PG_VERSION"), "18\n");
        writeFileSync(join(folder, "postmaster.pid"), `${innocent.pid!}\n${folder}\n`);
        expect(serverState(folder)).to.equal("stopped");
        await removeServer(folder, silent);
        expect(isAlive(innocent)).to.be.true;
      }),
    );

    it(
      "what a killed run has left at work on it is ended",
      withUndo(async (undo) => {
        const folder = join(newFolder(undo), "dev");
        const unfinished = `${folder}~unfinished-01234567`;
        makeServerFolder(unfinished);
        writeMarker(unfinished, { madeBy: "chat-perf", stack: "dev", projectRoot: folder });
        mkdirSync(join(unfinished, "data"));
        const initdb = await idle(undo, unfinished, "/bin/initdb", "-D", join(unfinished, "data"));
        const others = await idle(undo, unfinished, "/bin/initdb", "-D", join(unfinished, "database"));
        const ended = once(initdb, "exit");
        await removeServer(folder, silent);
        await ended;
        expect(isAlive(others)).to.be.true;
        expect(existsSync(unfinished)).to.be.false;
      }),
    );
  });

  describe("its mode is right under umask", () => {
    needs("root");

    for (const umask of [0o077, 0]) {
      it(
        umask.toString(8).padStart(3, "0"),
        withUndo((undo) => {
          const system = join(newFolder(undo), "lib");
          const before = { umask: process.umask(umask), system: OWN_PARENTS.system };
          OWN_PARENTS.system = system;
          undo(() => {
            process.umask(before.umask);
            OWN_PARENTS.system = before.system;
          });
          const modes = (...paths: string[]): number[] => paths.map((path) => statSync(path).mode & 0o777);
          makeServerFolder(join(system, "dev-1"));
          expect(modes(system, join(system, "dev-1"))).to.deep.equal([0o755, 0o700]);
          // The state that an older run has left.
          rmSync(system, { recursive: true });
          mkdirSync(system, { mode: 0o700 });
          makeServerFolder(join(system, "dev-1"));
          makeServerFolder(join(system, "new", "dev"));
          expect(modes(system, join(system, "new"), join(system, "dev-1"))).to.deep.equal([
            0o755, 0o755, 0o700,
          ]);
          expect(statSync(join(system, "dev-1")).uid).to.equal(serverUser()!.uid);
        }),
      );
    }
  });
});
