import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect } from "chai";
import { type EmbeddedServer, ensureServer, removeServer } from "../../../postgres/embedded-server";
import { bytesOf, findServers, removeOrphan, whoKnows } from "../../../postgres/found-servers";
import type { FoundServer } from "../../../postgres/found-server";
import { rememberedFolders, rememberFolder } from "../../../postgres/embedded/registry";
import { stateFile } from "../../../common/local-state";
import { setUp } from "../../support/fixture";
import { ended, processes } from "../../support/processes";
import { failureOf } from "../../support/rejection";
import { temporaryFolder } from "../../support/server";

const silent = (): void => undefined;

describe("the servers of this program on a machine", function () {
  this.timeout(120_000);
  let folder: string;
  /** The project that created the server. Another project looks for it. */
  let maker: string;
  let looker: string;
  let server: EmbeddedServer;
  let dataDirectory: string;

  setUp(async (undo) => {
    folder = temporaryFolder("found-servers");
    undo(() => {
      rmSync(folder, { recursive: true });
    });
    const cache = process.env.XDG_CACHE_HOME;
    process.env.XDG_CACHE_HOME = join(folder, "cache");
    undo(() => {
      if (cache === undefined) delete process.env.XDG_CACHE_HOME;
      else process.env.XDG_CACHE_HOME = cache;
    });
    [maker, looker] = [join(folder, "a maker"), join(folder, "looker")];
    for (const project of [maker, looker]) mkdirSync(project);
    server = {
      projectRoot: maker,
      dataDir: "elsewhere/data",
      stack: "found",
      adminUser: "postgres",
      adminPassword: "not-to-be-told",
      database: "postgres",
      roles: [],
    };
    ({ dataDirectory } = await ensureServer(server, silent));
    // The last test removes the server.
    undo(() => removeServer(dataDirectory, silent));
  });

  const states = () => ({ projectRoot: looker, backend: join(looker, ".pulumi", "state", ".pulumi") });
  const found = async (): Promise<FoundServer | undefined> =>
    (await findServers(states())).find(({ place }) => place === dataDirectory);
  const pids = (): number[] =>
    processes()
      .filter(({ command }) => command.includes(dataDirectory))
      .map(({ pid }) => pid);

  /** Writes a state with this folder into the project that created the server. */
  function writeState(known: string): string {
    const file = stateFile(join(maker, ".pulumi", "state", ".pulumi"), "chat-perf", "found");
    mkdirSync(dirname(file), { recursive: true });
    const resource = {
      type: "pulumi-nodejs:dynamic/chatperf:EmbeddedServer",
      outputs: { dataDirectory: known },
    };
    writeFileSync(file, JSON.stringify({ version: 3, checkpoint: { latest: { resources: [resource] } } }));
    return file;
  }

  it("are found with stack, project and port while they run, from any project", async () => {
    const running = (await found())!;
    const { port } = await ensureServer(server, silent);
    expect(running).to.include({
      kind: "embedded",
      stack: "found",
      projectRoot: maker,
      state: "running",
      port,
    });
    expect(running.name).to.match(/^found-[0-9a-f]{8}$/);
    expect(await bytesOf(running)).to.be.above(20e6);
  });

  it("are found by their processes when they are in no record", async () => {
    renameSync(join(folder, "cache"), join(folder, "no cache"));
    try {
      expect(await found()).to.include({ state: "running" });
    } finally {
      renameSync(join(folder, "no cache"), join(folder, "cache"));
    }
  });

  it("are found when they do not run, also outside of the folders where data lie by default", async () => {
    const before = pids();
    expect(before).to.have.length(1);
    process.kill(before[0]!, "SIGKILL");
    await ended(before);
    const stopped = (await found())!;
    expect(stopped).to.include({ state: "stopped" }).and.not.to.have.property("port");
  });

  it("are not removed when the state of their stack contains them", async () => {
    const state = writeState(dataDirectory);
    const known = (await found())!;
    expect(whoKnows(known, states())).to.equal(maker);
    const { problem, remedy } = await failureOf(removeOrphan(known.name, states(), () => false, silent));
    expect(problem).to.include(`was not removed, because stack "found" in ${maker} still uses it.`);
    expect(remedy).to.include(`cd '${maker}' && npm run down -- --stack found`);
    expect(existsSync(dataDirectory)).to.equal(true);
    rmSync(state);
  });

  it("belong to the stack whose state contains the folder from which they were moved", async () => {
    const state = writeState(join(folder, "moved away"));
    expect(whoKnows((await found())!, states())).to.equal(maker);
    rmSync(state);
  });

  it("belong to no state when all states contain other servers", async () => {
    const state = writeState(looker);
    expect(whoKnows((await found())!, states())).to.equal(undefined);
    rmSync(state);
  });

  it("are not removed by name where the project's states are elsewhere", async () => {
    const { name } = (await found())!;
    const elsewhere = { projectRoot: maker, backend: undefined };
    const { problem, remedy } = await failureOf(removeOrphan(name, elsewhere, () => false, silent));
    expect(problem).to.include("whose states are not on this machine");
    expect(remedy).to.include("npm run down -- --stack found");
    expect(existsSync(dataDirectory)).to.equal(true);
  });

  it("are not removed while a run is working on their stack, because it may be creating them", async () => {
    const { name } = (await found())!;
    const { problem } = await failureOf(removeOrphan(name, states(), () => true, silent));
    expect(problem).to.include('A run is working on stack "found"');
    expect(existsSync(dataDirectory)).to.equal(true);
  });

  it("are forgotten when somebody has deleted their folder", async () => {
    const deleted = join(folder, "deleted");
    mkdirSync(deleted);
    rememberFolder(deleted);
    await found();
    expect(rememberedFolders()).to.have.members([dataDirectory, deleted]);
    rmSync(deleted, { recursive: true });
    await found();
    expect(rememberedFolders()).to.deep.equal([dataDirectory]);
  });

  it("are removed by name when no state knows them, with process and data", async () => {
    await ensureServer(server, silent);
    const { name } = (await found())!;
    await removeOrphan(name, states(), () => false, silent);
    expect(existsSync(dataDirectory)).to.equal(false);
    expect(pids()).to.deep.equal([]);
    expect(await found()).to.equal(undefined);
    const { problem } = await failureOf(removeOrphan(name, states(), () => false, silent));
    expect(problem).to.include(`no server with the name ${name}`);
  });
});
