import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { usage } from "../../../../cli/front/usage";
import { commands, commandsPage } from "../../../../docs/commands";
import { projectRoot } from "../../../../toolchain/layout";

const read = (file: string): string => readFileSync(join(projectRoot, file), "utf8");

describe("the usage of the commands", () => {
  it("is docs/commands.md, which `npm run usage` writes", () => {
    expect(read("docs/commands.md")).to.equal(commandsPage());
  });

  it("is there for each file of cli/ that is a command, and for the bench", () => {
    const files = readdirSync(join(projectRoot, "cli")).filter((file) => file.endsWith(".ts"));
    const found = files.filter((file) => /^export const command\b/m.test(read(join("cli", file))));
    expect(commands.map(({ name }) => name)).to.have.members([
      ...found.map((file) => file.replace(/\.ts$/, "")),
      "bench",
    ]);
  });

  for (const command of commands) {
    it(`of ${command.name} fits a terminal that knows ASCII and 80 columns, and names every option`, () => {
      const text = usage(command);
      expect(text).to.match(/^[\x20-\x7e\n]+$/);
      for (const line of text.split("\n")) expect(line.length, line).to.be.at.most(80);
      for (const option of Object.keys(command.options)) expect(text).to.include(`  --${option}`);
      expect(text)
        .to.include(`  npm run ${command.name}`)
        .and.to.match(/\nExit code: 0 /);
    });

    it(`of ${command.name} is shown by its script of package.json`, () => {
      const { scripts } = JSON.parse(read("package.json")) as { scripts: Record<string, string> };
      expect(scripts[command.name]).to.equal(`node cli/start.mjs ${command.name}`);
    });
  }
});
