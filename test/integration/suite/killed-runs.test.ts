import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import Docker from "dockerode";
import { ignoring } from "../../../postgres/docker/container";
import { PLACE_LABEL } from "../../../postgres/docker/engine";
import { processesOf, removeDeadRuns } from "../../support/dead-runs";
import { setUpEach, withUndo } from "../../support/fixture";
import { MochaRun } from "../../support/mocha-run";
import { needs } from "../../support/needs";
import { ended } from "../../support/processes";
import { temporaryFolder } from "../../support/server";
import { ownerOf, RUN_PREFIX } from "../../support/test-run";

/** A test that creates a folder, a process that works in it, a process elsewhere, and a server, and then hangs. */
const hanging = `
const { spawn } = require("node:child_process");
const { mkdtempSync } = require("node:fs");
const { tmpdir } = require("node:os");
const { join } = require("node:path");
const { startOwnServer } = require(support + "/server");

it("hangs", async () => {
  const folder = mkdtempSync(join(tmpdir(), "left-"));
  for (const cwd of [folder, "/"]) {
    spawn("sleep", ["600"], { cwd, detached: true, stdio: "ignore", env: cwd === "/" ? process.env : {} }).unref();
  }
  const { dataDirectory } = await startOwnServer();
  console.log("hanging in " + process.env.CHAT_PERF_TEST_RUN + " with " + dataDirectory);
  await new Promise((resolve) => setTimeout(resolve, 600_000));
}).timeout(0);
`;

const runsOf = (folder: string): string[] =>
  readdirSync(folder).filter((name) => name.startsWith(RUN_PREFIX));

describe("what a killed run of the suite has left", function () {
  this.timeout(600_000);
  let folder: string;

  setUpEach((undo) => {
    folder = temporaryFolder("killed-run");
    undo(() => {
      rmSync(folder, { recursive: true, force: true });
    });
  });

  async function hangingRun(name: string): Promise<{ run: string; main: number; left: number[] }> {
    const place = join(folder, name);
    mkdirSync(place, { mode: 0o755 });
    const mocha = new MochaRun(place, hanging, { TMPDIR: folder });
    const [run] = (await mocha.says("hanging in ")).split(" with ");
    const main = ownerOf(run!)!.pid;
    return { run: run!, main, left: processesOf(run!) };
  }

  it(
    "is removed by the next run, and what a living run has is not",
    withUndo(async (undo) => {
      undo(() => removeDeadRuns(folder));
      const dead = await hangingRun("dead");
      const living = await hangingRun("living");
      undo(() => process.kill(living.main, "SIGKILL"));
      expect(dead.left.length).to.be.at.least(5);
      process.kill(dead.main, "SIGKILL");
      await ended([dead.main]);
      expect(processesOf(dead.run)).not.to.deep.equal([]);

      const next = new MochaRun(folder, 'it("passes", () => undefined);');
      expect((await next.end()).last, next.output).to.equal("1 passed, 0 failed, 0 skipped");
      expect(next.output).to.include("Removed what a killed run of the suite had left.");
      expect(processesOf(dead.run)).to.deep.equal([]);
      expect(existsSync(dead.run)).to.equal(false);
      expect(processesOf(living.run)).to.have.members(living.left);
      expect(runsOf(folder)).to.have.length(1);
    }),
  );

  it("is not taken for it: folders of others, and of runs on another machine", async () => {
    const owner = { pid: 1, started: "never", machine: "elsewhere" };
    for (const name of ["other-folder", `${RUN_PREFIX}elsewhere`, `${RUN_PREFIX}new`])
      mkdirSync(join(folder, name));
    writeFileSync(join(folder, `${RUN_PREFIX}elsewhere`, "owner.json"), JSON.stringify(owner));
    expect(await removeDeadRuns(folder)).to.deep.equal([]);
    expect(readdirSync(folder)).to.have.length(3);
  });

  describe("in a Docker Engine", () => {
    needs("docker");

    it(
      "is what its notes and the states of its stacks name, and nothing else",
      withUndo(async (undo) => {
        const docker = new Docker();
        const name = (label: string): string =>
          `chat-perf-${label}-${process.pid.toString(16).padStart(8, "0")}`;
        for (const each of [name("noted"), name("state"), name("other")]) {
          await docker.createVolume({ Name: each, Labels: { [PLACE_LABEL]: each } });
          undo(() => docker.getVolume(each).remove().catch(ignoring(404)));
        }
        const run = join(folder, `${RUN_PREFIX}dead`);
        const state = join(run, "project", ".pulumi/state/.pulumi/stacks/chat-perf");
        mkdirSync(join(run, "made"), { recursive: true });
        mkdirSync(state, { recursive: true });
        writeFileSync(join(run, "made", `container ${name("noted")}`), "");
        writeFileSync(join(state, "dev.json"), JSON.stringify({ outputs: { name: name("state") } }));
        const living = ownerOf(process.env.CHAT_PERF_TEST_RUN!)!;
        writeFileSync(join(run, "owner.json"), JSON.stringify({ ...living, started: "before" }));

        expect(await removeDeadRuns(folder)).to.deep.equal([run]);
        const { Volumes } = await docker.listVolumes();
        const left = Volumes.map(({ Name }) => Name).filter((each) => each.endsWith(name("").slice(-8)));
        expect(left).to.deep.equal([name("other")]);
        expect(existsSync(run)).to.equal(false);
      }),
    );
  });
});
