import { chmodSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { expect } from "chai";
import { parse } from "yaml";
import { serverUser } from "../../postgres/embedded/server-user";
import { setUp } from "../support/fixture";
import { type CommandResult, TestProject } from "../support/project";
import { projectOfUser } from "../support/user-project";

interface Workflow {
  jobs: Record<string, { steps: { run?: string }[] }>;
}

const { jobs } = parse(
  readFileSync(resolve(__dirname, "../../.github/workflows/preview.yml"), "utf8"),
) as Workflow;

describe("the workflow of previews, whose steps an ordinary user runs in a clone", function () {
  this.timeout(300_000);
  let project: TestProject;
  let outside: string;
  let backend: string;

  setUp(async (undo) => {
    const own = TestProject.create();
    undo(() => own.dispose());
    outside = dirname(own.folder);
    backend = join(outside, "backend");
    for (const name of ["backend", "colleague", "home", "runner"]) mkdirSync(join(outside, name));
    writeFileSync(join(outside, "colleague", "Pulumi.yaml"), "name: chat-perf\nruntime: nodejs\n");
    const user = serverUser();
    project = user === undefined ? own : await projectOfUser(user, own);
    await git("init", "--quiet");
    // The packages are links to those of this clone.
    writeFileSync(join(own.folder, ".git/info/exclude"), "node_modules\n");
    await git("add", ".");
    await git("commit", "--quiet", "--message", "a clone");
    // Somebody else has made the stack dev in the shared backend, with the passphrase of the team.
    await step("npm run setup", shared);
    await step("pulumi stack init dev --no-select --cwd ../colleague", shared);
  });

  const git = (...args: string[]): Promise<CommandResult> =>
    project.run("git", ["-c", "user.name=a", "-c", "user.email=a@example.com", ...args], {
      HOME: join(outside, "home"),
    });
  const shared = {
    get PULUMI_BACKEND_URL() {
      return `file://${backend}`;
    },
    PULUMI_CONFIG_PASSPHRASE: "of the team",
  };

  /** Runs a step as GitHub's runner does. */
  async function step(script: string, environment: NodeJS.ProcessEnv = {}): Promise<CommandResult> {
    const file = (name: string): string => join(outside, "runner", name);
    const result = await project.run("bash", ["--noprofile", "--norc", "-eo", "pipefail", "-c", script], {
      PULUMI_BACKEND_URL: undefined,
      PULUMI_CONFIG_PASSPHRASE: undefined,
      CI: "true",
      ...{
        HOME: join(outside, "home"),
        RUNNER_TEMP: join(outside, "runner"),
        TMPDIR: join(outside, "runner"),
      },
      GITHUB_STEP_SUMMARY: file("summary"),
      GITHUB_OUTPUT: file("output"),
      PREVIEW_STACKS: "dev",
      ...environment,
    });
    expect(result.code, result.output).to.equal(0);
    return result;
  }

  async function runJob(name: string, environment: NodeJS.ProcessEnv): Promise<string> {
    for (const name of ["summary", "output"]) {
      writeFileSync(join(outside, "runner", name), "");
      chmodSync(join(outside, "runner", name), 0o666);
    }
    for (const { run } of jobs[name]!.steps) if (run !== undefined) await step(run, environment);
    expect((await git("status", "--porcelain")).output).to.equal("");
    const summary = readFileSync(join(outside, "runner", "summary"), "utf8");
    expect(readFileSync(join(outside, "runner", "output"), "utf8")).to.include(summary);
    return summary;
  }
  const stacks = (): string[] => readdirSync(join(backend, ".pulumi/stacks/chat-perf"));

  it("compares with a shared backend outside of the clone, and leaves both as they were", async () => {
    expect(await runJob("shared", shared)).to.match(/^<!-- chat-perf preview -->\n\n## `dev`: \d+ created/);
    expect(stacks().filter((name) => name.endsWith(".json"))).to.deep.equal(["dev.json"]);
  });

  it("shows a fork's pull request as new stacks, without any secret", async () => {
    expect(await runJob("new", {})).to.match(/^<!-- chat-perf preview -->\n\n## `dev`: \d+ created/);
  });
});
