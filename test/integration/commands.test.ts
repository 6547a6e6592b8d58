import { readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { usage } from "../../cli/front/usage";
import { upOptions } from "../../cli/pulumi-options";
import { commands } from "../../docs/commands";
import { setUp } from "../support/fixture";
import { type CommandResult, TestProject } from "../support/project";

/** Everything in a folder but the packages. */
const contents = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, encoding: "utf8" }).filter(
    (file) => !file.startsWith("node_modules"),
  );

describe("a command that is asked for its usage on a fresh clone", () => {
  let project: TestProject;
  let clone: string;

  setUp((undo) => {
    project = TestProject.create();
    clone = project.folder;
    undo(() => {
      rmSync(join(clone, ".."), { recursive: true });
    });
    rmSync(join(clone, "node_modules"));
  });

  for (const command of commands) {
    it(`shows it before anything is installed: ${command.name}`, async () => {
      const before = contents(clone);
      for (const asked of ["--help", "-h"]) {
        const shown = await project.run(process.execPath, [
          "cli/start.mjs",
          command.name,
          "--stack",
          "x",
          asked,
        ]);
        expect(shown).to.deep.equal({ code: 0, output: usage(command), stdout: usage(command) });
      }
      expect(contents(clone)).to.deep.equal(before);
    });
  }
});

describe("a command line that was not meant so", () => {
  let project: TestProject;

  setUp((undo) => {
    project = TestProject.create();
    undo(() => {
      rmSync(join(project.folder, ".."), { recursive: true });
    });
  });

  const npm = (...args: string[]): Promise<CommandResult> =>
    project.run("npm", ["--silent", "run", ...args], { npm_config_loglevel: "silent" });

  const mistakes: [string[], string][] = [
    [["up", "--stack", "pr-1"], "write `npm run up -- --stack pr-1`."],
    [["up", "--stack=pr-1"], "write `npm run up -- --stack pr-1`."],
    [
      ["up", "--", "pr-1"],
      'Unexpected argument "pr-1": if it is a stack, write `npm run up -- --stack pr-1`.',
    ],
    [["up", "--", "--stak", "pr-1"], "There is no option --stak: did you mean --stack?"],
    [["down", "--stack=pr-1"], "write `npm run down -- --stack pr-1`."],
    [["validate", "--", "--jnuit", "x"], "There is no option --jnuit: did you mean --junit?"],
  ];
  for (const [args, sentence] of mistakes) {
    it(`makes nothing and says what was meant: npm run ${args.join(" ")}`, async () => {
      const before = contents(project.folder);
      const { code, output } = await npm(...args);
      expect(code).to.equal(args[0] === "validate" ? 3 : 1);
      expect(output).to.match(/^[^\n]*\n$/);
      expect(output).to.include(sentence);
      expect(contents(project.folder)).to.deep.equal(before);
    });
  }

  it("is none with any option of `pulumi up` that its help lists", async () => {
    const { output } = await project.pulumi("up", "--help");
    const listed = [...output.matchAll(/^ +(?:-(\w), )?--([\w-]+)(?: (\S+))?(?: {2,}|$)/gm)].map(
      ([, short = "", name, type = "[="]) => ({ short, name: name!, takesValue: !type.includes("[=") }),
    );
    expect(listed.length, output).to.be.above(40);
    for (const { short, name, takesValue } of listed) {
      if (["help", "stack"].includes(name)) continue;
      const known = takesValue ? upOptions.values : upOptions.switches;
      expect(known, name).to.have.property(name, short);
    }
  });
});
