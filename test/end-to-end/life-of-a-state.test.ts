import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { expect } from "chai";
import { Client } from "pg";
import { setUp } from "../support/fixture";
import { Run } from "../support/killed-run";
import { processes } from "../support/processes";
import { type CommandResult, TestProject } from "../support/project";

const dataset = { messages: 3_000, users: 100, conversations: 100 };

/** In this order: each scene begins with what the one before it has left. */
describe("the state of a stack", function () {
  this.timeout(900_000);
  let project: TestProject;
  let state: string;
  let data: string;

  setUp((undo) => {
    project = TestProject.create();
    undo(() => project.dispose("dev"));
    // The server's user may enter it, also when root runs the tests: the data lie in the clone, as a user's do.
    chmodSync(dirname(project.folder), 0o755);
    project.configure("dev", dataset);
    state = join(project.folder, ".pulumi", "state");
    data = join(project.folder, ".postgres", "dev");
  });

  /** A command of `package.json`, without the setup. */
  const run = (command: "up" | "down" | "servers", ...args: string[]): Promise<CommandResult> =>
    project.run(process.execPath, ["--require", "./runtime/preload.cjs", `cli/${command}.ts`, ...args]);
  const succeeds = async (result: Promise<CommandResult>): Promise<string> => {
    const { code, output } = await result;
    expect(code, output).to.equal(0);
    return output;
  };
  const file = (): string => join(state, ".pulumi", "stacks", "chat-perf", "dev.json");
  const messages = async (): Promise<number> => {
    const client = new Client(await project.output<string>("dev", "DATABASE_URL"));
    await client.connect();
    try {
      return (await client.query<{ n: number }>("SELECT count(*)::int AS n FROM messages")).rows[0]!.n;
    } finally {
      await client.end();
    }
  };
  /** Everything of the stack outside of Pulumi's own folder. */
  const traces = (): string[] => [
    ...project.leftovers(),
    ...processes()
      .filter(({ command }) => command.includes(data))
      .map(({ command }) => command),
  ];

  it("does not know a server of which a run was killed while it was made; down ends that too", async () => {
    await succeeds(project.pulumi("stack", "init", "dev"));
    const up = new Run(project, "up", "--yes", "--skip-preview", "-s", "dev");
    const over = up.end().then(() => true);
    while (!existsSync(join(data, "postmaster.pid")) && (await Promise.race([over, delay(5)])) !== true);
    await up.kill(/pg_ctl|postgres/);
    expect(traces()).not.to.deep.equal([]);
    await succeeds(run("down", "--stack", "dev"));
    expect(traces()).to.deep.equal([]);
  });

  it("is mended when it was cut off, although the lock of that run is gone", async () => {
    await succeeds(run("up", "--stack", "dev"));
    for (const cut of [0, 1_000]) {
      truncateSync(file(), cut);
      expect(await succeeds(run("up", "--stack", "dev"))).to.include("The stack's state was cut off");
      expect(await messages()).to.equal(dataset.messages);
    }
  });

  it("may be exported, forgotten and imported: the stack is the same", async () => {
    const exported = join(project.folder, "exported.json");
    await succeeds(project.pulumi("stack", "export", "--show-secrets", "--file", exported, "-s", "dev"));
    await succeeds(project.pulumi("stack", "rm", "dev", "--force", "--yes", "--preserve-config"));
    await succeeds(project.pulumi("stack", "init", "dev"));
    await succeeds(project.pulumi("stack", "import", "--file", exported, "-s", "dev"));
    await succeeds(project.pulumi("preview", "--expect-no-changes", "-s", "dev"));
    expect(await messages()).to.equal(dataset.messages);
  });

  it("is known to the list of servers, whose removal is refused", async () => {
    const listed = await succeeds(run("servers"));
    const lines = listed.split("\n");
    const at = lines.indexOf(`  folder ${data}`);
    expect(lines[at - 2], listed).to.match(/^dev-[0-9a-f]{8}: running .*known to its stack$/);
    const [name] = lines[at - 2]!.split(":");
    const { code, output } = await run("servers", "--remove", name!);
    expect(code).to.equal(1);
    expect(output).to.include(`cd '${project.folder}' && npm run down -- --stack dev`);
    expect(await messages()).to.equal(dataset.messages);
  });

  it("may be lost while the server runs: up says so with the way out, and down takes it", async () => {
    rmSync(join(state, ".pulumi"), { recursive: true });
    const { code, output } = await run("up", "--stack", "dev");
    expect(code).not.to.equal(0);
    expect(output)
      .to.include(`The server in ${data} belongs to stack "dev"`)
      .and.include("npm run down -- --stack dev")
      .and.not.match(/password authentication failed|adminUser/);
    expect(existsSync(join(data, "postmaster.pid")), "the server runs on").to.equal(true);
    expect(await succeeds(run("down", "--stack", "dev"))).to.include(
      "The stack's state does not know the server",
    );
    expect(traces()).to.deep.equal([]);
    const again = await run("down", "--stack", "dev");
    expect(again.code).to.equal(1);
    expect(again.output).to.include('There is no stack "dev"');
  });

  it("may be lost with all its copies but for a broken file, which is one clear error", async () => {
    rmSync(join(state, ".pulumi"), { recursive: true });
    mkdirSync(dirname(file()), { recursive: true });
    writeFileSync(file(), '{"version": 3, "check');
    for (const command of ["up", "down"] as const) {
      const { code, output } = await run(command, "--stack", "dev");
      expect(code).to.equal(1);
      expect(output).to.include('The state of stack "dev" cannot be read').and.include(`mv '${file()}'`);
      expect(output).not.to.match(/^ {4}at /m);
    }
    expect(readFileSync(file(), "utf8")).to.equal('{"version": 3, "check');
    rmSync(file());
  });
});
