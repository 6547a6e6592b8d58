import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { expect } from "chai";
import { setUp } from "../support/fixture";
import { needs } from "../support/needs";
import { small, TestProject } from "../support/project";

const root = resolve(__dirname, "../..");

/** The text of the README and all pages of docs/. */
const documents = ["README.md", ...readdirSync(join(root, "docs")).map((name) => join("docs", name))]
  .filter((file) => file.endsWith(".md"))
  .map((file) => readFileSync(join(root, file), "utf8"))
  .join("\n");

/** Their command blocks, without prompts. */
const blocks = [...documents.matchAll(/^```(?:sh|console)\n([^]*?)^```/gm)].map((match) =>
  match[1]!.replaceAll(/^\$ /gm, ""),
);
const blockWith = (command: string): string => {
  const found = blocks.filter((block) => block.includes(command));
  expect(found, command).to.have.lengthOf(1);
  return found[0]!;
};

/** The complete commands in their tables. */
const recipes = [...documents.matchAll(/^\| [^|]+ \| (.*?) *\|$/gm)]
  .flatMap((row) => [...row[1]!.matchAll(/`([^`]+)`/g)].map((match) => match[1]!))
  .filter((code) => /^(?:npm run |pulumi |\.secrets\/|\. \.secrets)/.test(code) && !code.includes("…"));

/** Recipes that other tests run, because they take minutes or belong to another machine. */
const elsewhere = [
  /^npm run bench$/,
  /--shard/,
  /^npm run verify-indexes/,
  /--html FILE/,
  /--history$/,
  /--compare 1 2$/,
];

/** The recipe that loads fewer messages names so many that loading them takes most of the time here. */
function shrunk(recipe: string): string {
  return recipe.replace(/\b200000\b/, "25000");
}

describe("the commands of the README and of docs/", function () {
  this.timeout(900_000);
  let project: TestProject;

  // The connect script is among the commands.
  needs("psql");
  setUp((undo) => {
    project = TestProject.create();
    undo(async () => {
      await project.pulumi("destroy", "--yes", "--skip-preview", "-s", "pr-123");
      await project.dispose("dev");
    });
    // All stacks are small, also the one without configuration.
    project.configure("dev", small);
    const file = join(project.folder, "Pulumi.yaml");
    const defaults = { '"5000000"': small.messages, '"5000"': small.users, '"8000"': small.conversations };
    const text = Object.entries(defaults).reduce(
      (all, [value, less]) => all.replaceAll(`default: ${value}`, `default: "${less}"`),
      readFileSync(file, "utf8"),
    );
    writeFileSync(file, text);
  });

  /** Runs commands in a shell without input, and stops at the first one that fails. */
  const run = async (commands: string): Promise<string> => {
    const { code, output } = await project.run("bash", ["-e", "-c", commands], {
      PULUMI_SKIP_CONFIRMATIONS: "true",
    });
    expect(code, `${commands}\n${output}`).to.equal(0);
    return output;
  };

  it("are all run, here or elsewhere", () => {
    const covered = [
      "npm run up",
      "npm test",
      "--pre-optimization",
      "--against",
      "--print-sql",
      // test/integration/phase2-cli.test.ts runs it.
      "--ab",
      "pulumi new",
      "config set target",
      // test/integration/generator-columns.test.ts loads such columns.
      "config set columns",
      "pulumi preview -s dev",
    ];
    for (const block of blocks) {
      expect(
        covered.some((command) => block.includes(command)),
        block,
      ).to.equal(true);
    }
  });

  it("bring an environment up, and end with lines that can be pasted", async () => {
    const output = await run(blockWith("npm run up\n"));
    expect(output).to.include("OVERALL VERDICT: PASS").and.to.include("Ready for Phase 2: YES");
    const pasted = output
      .slice(output.lastIndexOf("Quick Start:"))
      .split("\n")
      .map((line) => line.trim())
      .filter((line) => line !== "" && !/^(?:Quick Start:|#|\. \.\/activate|>)/.test(line));
    expect(pasted).to.have.length.of.at.least(3);
    for (const line of pasted) await run(line.replace(/(connect-dev\.sh)$/, "$1 -c 'SELECT 1'"));
  });

  it("do what the table of daily use says", async () => {
    expect(recipes).to.have.length.of.at.least(10);
    const here = [...new Set(recipes)].filter((each) => !elsewhere.some((pattern) => pattern.test(each)));
    for (const recipe of here.map(shrunk)) {
      await run(recipe.replace(/(connect-dev\.sh)$/, "$1 -c 'SELECT 1'"));
    }
  });

  it("measure the indexes step by step", async () => {
    // With so few rows and blocks, any verdict is possible.
    const steps = blockWith("--pre-optimization")
      .replaceAll(/--(?:pre|post)-optimization/g, "$& --blocks 10")
      .replace(/--compare .*/, "$& || [ $? -le 2 ]");
    await run(steps);
  });

  it("make profiles and compare them", async () => {
    const production = `. .secrets/.env.dev; export PRODUCTION="$DATABASE_URL"`;
    const [directly, bySql] = ["--against production.json", "--print-sql"].map(blockWith);
    expect(await run(`${production}\n${directly!}`)).to.include("marginals are within their bounds.");
    await run(`${production}\n${bySql!}`);
  });

  it("preview, update, refresh, show and destroy", async () => {
    const output = await run(blockWith("pulumi preview -s dev"));
    expect(output)
      .to.match(/postgresql:\/\/perf_dev_user:[A-Za-z0-9]{32}@/)
      .and.to.include("resources in the stack have been deleted");
  });

  it("describe servers of other kinds", async () => {
    writeFileSync(join(project.folder, "answer"), "a password\n");
    for (const block of blocks.filter((each) => each.includes("config set target"))) {
      const commands = block
        .replace("--secret adminPassword -s dev", "$& < answer")
        // This command is not run here, because other tests create such servers.
        .replaceAll(/^pulumi up.*$/gm, "");
      await run(`. ./activate\n${commands}`);
    }
    const { stdout } = await project.pulumi("config", "-s", "dev");
    expect(stdout)
      .to.match(/adminPassword\s+\[secret\]/)
      .and.to.include("db.example.com");
  });
});
