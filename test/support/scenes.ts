import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect } from "chai";
import { Client } from "pg";
import { PROJECT, serversInState, stacksIn, stateFile } from "../../common/local-state";
import { completeMarker } from "../../postgres/embedded/marker";
import { startServer } from "../../postgres/embedded/process";
import { forgetFolder } from "../../postgres/embedded/registry";
import { removeServer } from "../../postgres/embedded-server";
import { postmasterPid } from "./embedded";
import { copyFolder, endServer } from "./embedded-folder";
import { setUp } from "./fixture";
import { ended, processes } from "./processes";
import { type CommandResult, TestProject } from "./project";
import { GROUND, projectsIn, Surroundings, TEMPORARY } from "./surroundings";

/** The smallest dataset that has a row of each kind. */
export const tiny = { messages: 1_000, users: 60, conversations: 40 };
const silent = (): void => undefined;

/** A clone of the project in which a scene takes place. It has one stack, "dev". */
export class Clone {
  constructor(readonly project: TestProject) {}

  get folder(): string {
    return this.project.folder;
  }

  get data(): string {
    return join(this.folder, ".postgres", "dev");
  }

  /** Pulumi's own folder, with the state. */
  get state(): string {
    return join(this.folder, ".pulumi", "state", ".pulumi");
  }

  /** The number of the server's process, as its own file says. */
  get pid(): number {
    return postmasterPid({ dataDirectory: this.data });
  }

  /** The application's URL, as its file in the clone says. */
  get databaseUrl(): string {
    const text = readFileSync(join(this.folder, ".secrets", ".env.dev"), "utf8");
    return /^(?:export )?DATABASE_URL=["']?([^"'\n]+)/m.exec(text)![1]!;
  }

  /** A command of `package.json`, without the setup. */
  run(command: "up" | "down" | "servers", environment: NodeJS.ProcessEnv = {}): Promise<CommandResult> {
    const stack = command === "servers" ? [] : ["--stack", "dev"];
    const program = ["--require", "./runtime/preload.cjs", `cli/${command}.ts`, ...stack];
    return this.project.run(process.execPath, program, environment);
  }

  /** Runs a command that succeeds. Returns what it printed. */
  async succeeds(command: "up" | "down", environment: NodeJS.ProcessEnv = {}): Promise<string> {
    const { code, output } = await this.run(command, environment);
    expect(code, output).to.equal(0);
    return output;
  }

  /** Runs a command that ends in one error, without a stack. Returns what it printed. */
  async isRefused(
    command: "up" | "down",
    problem: string | RegExp,
    wayOut: string | RegExp,
  ): Promise<string> {
    const { code, output } = await this.run(command);
    expect(code, output).not.to.equal(0);
    expect(output)
      .to.match(asPattern(problem))
      .and.to.match(asPattern(wayOut))
      .and.not.to.match(/^ {4}at /m);
    return output;
  }

  /** Proves that the stack works: with all of its rows, for the application. */
  async works(): Promise<void> {
    const client = new Client(this.databaseUrl);
    await client.connect();
    try {
      const { rows } = await client.query("SELECT count(*)::int AS messages FROM messages");
      expect(rows).to.deep.equal([{ messages: tiny.messages }]);
    } finally {
      await client.end();
    }
  }

  /** Proves that nothing is left to be done. */
  async isSettled(environment: NodeJS.ProcessEnv = {}): Promise<void> {
    const args = ["up", "--yes", "--skip-preview", "--expect-no-changes", "-s", "dev", "--non-interactive"];
    const { code, output } = await this.project.run("pulumi", args, environment);
    expect(code, output).to.equal(0);
  }

  async start(): Promise<void> {
    await startServer(this.data, silent);
  }

  async end(signal: "SIGINT" | "SIGKILL"): Promise<void> {
    await endServer({ dataDirectory: this.data }, signal);
  }

  copyTo(name: string): Clone {
    const folder = join(dirname(this.folder), name);
    copy(this.folder, folder);
    return new Clone(this.project.at(folder));
  }

  moveTo(name: string): Clone {
    const folder = join(dirname(this.folder), name);
    renameSync(this.folder, folder);
    return new Clone(this.project.at(folder));
  }
}

/** What happens in a scene. */
type Happening = (clone: Clone) => Promise<void>;

/** What a scene says of itself, beside its title. */
interface SceneOptions {
  /** How the stack's server is when the scene begins. @default "running" */
  server?: "running" | "stopped";
  /** Whether data are there in the end that no state knows, as an error has said. @default false */
  leavesData?: boolean;
}

/**
 * Declares scenes of a folder's life. Each begins with a copy of one tiny stack. In the end there is either the stack
 * that its state knows, or nothing; and nothing of anybody else has changed.
 *
 * @param first the number of the first scene
 */
export function scenes(
  first: number,
  declare: (scene: (title: string, options: SceneOptions, happening: Happening) => void) => void,
): void {
  let base: string;
  let ground: TestProject;
  let around: Surroundings;
  let number = first;

  setUp(async (undo) => {
    ground = TestProject.create();
    base = dirname(ground.folder);
    // The server's user must be able to enter the folder, also when root runs the tests, because the data are in the
    // clone.
    chmodSync(base, 0o755);
    undo(() => {
      rmSync(base, { recursive: true, force: true });
    });
    undo(() => endScene(base));
    mkdirSync(join(base, TEMPORARY));
    ground.environment.TMPDIR = join(base, TEMPORARY);
    ground.configure("dev", tiny);
    const clone = new Clone(ground);
    await clone.succeeds("up");
    await clone.end("SIGINT");
    forgetFolder(clone.data);
    renameSync(ground.folder, join(base, GROUND));
    around = await Surroundings.settle(base, undo);
  });

  declare((title, { server = "running", leavesData = false }, happening) => {
    it(`scene ${number++}: ${title}`, async () => {
      copy(join(base, GROUND), ground.folder);
      const clone = new Clone(ground.at(ground.folder));
      completeMarker(clone.data, "dev", clone.folder);
      if (server === "running") await clone.start();
      const others = await around.others();
      try {
        await happening(clone);
        expect(await around.others(), "what belongs to others").to.deep.equal(others);
        if (!leavesData) expect(strays(around), "what no state knows").to.deep.equal([]);
      } finally {
        await endScene(base);
      }
      expect(around.own(), "what stays behind").to.deep.equal([]);
    });
  });
}

/** What the scene has outside of the states of its clones and of what these know. */
function strays(around: Surroundings): string[] {
  const known = projectsIn(around.scenes).flatMap((project) => {
    const backend = join(project, ".pulumi", "state", ".pulumi");
    return stacksIn(backend, PROJECT)
      .flatMap((stack) => serversInState(stateFile(backend, PROJECT, stack)))
      .flatMap((server) => (server.kind === "embedded" ? [server.dataDirectory] : []));
  });
  return around.own().filter((thing) => !known.some((folder) => thing.includes(folder)));
}

/** Ends whatever a scene has started, and removes what it has made. */
async function endScene(base: string): Promise<void> {
  for (const project of projectsIn(base)) {
    const parent = join(project, ".postgres");
    for (const name of existsSync(parent) ? readdirSync(parent) : []) {
      await removeServer(join(parent, name), silent).catch(silent);
    }
  }
  const left = processes().filter(({ command }) => command.includes(base));
  for (const { pid } of left) {
    try {
      process.kill(pid, "SIGKILL");
    } catch {
      // It has ended by itself.
    }
  }
  await ended(left.map(({ pid }) => pid));
  for (const project of projectsIn(base)) {
    forgetFolder(join(project, ".postgres", "dev"));
    rmSync(project, { recursive: true, force: true });
  }
}

/** A copy of a folder with owners, times and all. */
export function copy(from: string, to: string): void {
  mkdirSync(dirname(to), { recursive: true });
  copyFolder(from, to);
}

function asPattern(words: string | RegExp): RegExp {
  return typeof words === "string" ? new RegExp(words.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&")) : words;
}
