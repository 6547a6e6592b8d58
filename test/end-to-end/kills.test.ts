import { spawn } from "node:child_process";
import { once } from "node:events";
import { expect } from "chai";
import { Client } from "pg";
import { Stream } from "../../common/random";
import { setUp } from "../support/fixture";
import { describeMoment, type Moment, phases, reached } from "../support/load-moments";
import { descendants, ended } from "../support/processes";
import { TestProject } from "../support/project";

/** Five shards. */
const dataset = { messages: 45_000, users: 500, conversations: 400 };

/** Draws the moments to kill `up`: one in each phase, and one more while rows are loaded. */
function drawMoments(): Moment[] {
  const moments = new Stream("kills of pulumi", "moment");
  return [0, 0, 1, 2, 3, 4].map((phase, number) => {
    const { units } = phases[phase]!;
    return { phase, left: units - moments.below(number, units) };
  });
}

describe("pulumi up that is killed", function () {
  this.timeout(600_000);
  let project: TestProject;
  let whole: unknown;
  let version = 1;

  setUp(async (undo) => {
    project = TestProject.create();
    undo(() => project.dispose("dev"));
    project.configure("dev", dataset);
    await project.pulumi("stack", "init", "dev");
    const { code, output } = await up();
    expect(code, output).to.equal(0);
    whole = await loaded();
  });

  const up = () => project.pulumi("up", "--yes", "--skip-preview", "--suppress-outputs", "-s", "dev");

  /** The row counts and fingerprints of all tables. */
  const loaded = (): Promise<unknown> => project.output("dev", "dataset");

  /** Starts to load the dataset again, and kills the engine at the moment. */
  async function killUp(moment: Moment): Promise<void> {
    const watcher = new Client(await project.output<string>("dev", "MIGRATION_DATABASE_URL"));
    project.configure("dev", { datasetVersion: ++version });
    const child = spawn("pulumi", ["up", "--yes", "--skip-preview", "-s", "dev", "--non-interactive"], {
      cwd: project.folder,
      env: project.environment,
      stdio: ["ignore", "pipe", "pipe"],
    });
    let text = "";
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding("utf8").on("data", (chunk: string) => (text += chunk));
    }
    const output = once(child, "close").then(() => text);
    await watcher.connect();
    try {
      await reached(watcher, moment, output);
    } finally {
      await watcher.end();
    }
    const below = descendants(child.pid!);
    const engine = below.find(({ command }) => /\bpulumi up /.test(command))?.pid ?? child.pid!;
    process.kill(engine, "SIGKILL");
    // All processes that it started end by themselves.
    await ended([child.pid!, ...below.map(({ pid }) => pid)]);
    await output;
  }

  for (const [number, moment] of drawMoments().entries()) {
    it(`continues to the same dataset: ${describeMoment(moment)}`, async () => {
      await killUp(moment);
      const locked = await up();
      expect(locked.output).to.include("the stack is currently locked");
      // The last run is `npm run up`, with which the user does not need to know about locks.
      const again = await (number < 5
        ? cancelAndUp()
        : project.run(process.execPath, ["--require", "./runtime/preload.cjs", "cli/up.ts"]));
      expect(again.code, again.output).to.equal(0);
      if (number === 5) expect(again.output).to.include("Its lock was removed");
      expect(await loaded()).to.deep.equal(whole);
      expect(await project.output("dev", "verdict")).to.equal("PASS");
    });
  }

  async function cancelAndUp() {
    const cancelled = await project.pulumi("cancel", "--yes", "-s", "dev");
    expect(cancelled.code, cancelled.output).to.equal(0);
    return up();
  }
});
