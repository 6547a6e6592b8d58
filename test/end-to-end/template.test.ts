import { chmodSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { expect } from "chai";
import { parse } from "yaml";
import { readStackFile } from "../../config";
import { setUp } from "../support/fixture";
import { TestProject } from "../support/project";

const root = resolve(__dirname, "../..");

interface ProjectFile {
  config: Record<string, unknown>;
  template: { config: Record<string, { description: string; default: string }> };
}

describe("the project as a template of pulumi new", function () {
  this.timeout(300_000);
  let template: TestProject;
  let folder: string;

  setUp((undo) => {
    template = TestProject.create();
    undo(() => template.dispose());
    // A template has no packages. The new project gets those of this clone, which saves npm's minute.
    rmSync(join(template.folder, "node_modules"));
    const bin = join(dirname(template.folder), "bin");
    mkdirSync(bin);
    writeFileSync(join(bin, "npm"), `#!/bin/sh\nln -s '${join(root, "node_modules")}' node_modules\n`);
    chmodSync(join(bin, "npm"), 0o755);
    template.environment.PATH = `${bin}:${template.environment.PATH ?? ""}`;
    folder = join(dirname(template.folder), "a new project");
    mkdirSync(folder);
    undo(() => template.pulumi("-C", folder, "destroy", "--yes", "--skip-preview", "-s", "dev"));
  });

  it("asks for a few keys, with the defaults that they have", () => {
    const { config, template: asked } = parse(readFileSync(join(root, "Pulumi.yaml"), "utf8")) as ProjectFile;
    expect(Object.keys(asked.config)).to.deep.equal(["target", "messages", "users", "conversations"]);
    for (const [key, { description, default: value }] of Object.entries(asked.config)) {
      expect(config[key]).to.include({ default: value });
      expect(description).to.match(/^[A-Z].{5,100}$/);
    }
  });

  it("gives a project that comes up, and says how to go on", async () => {
    const made = await template.pulumi(
      ...["-C", folder, "new", template.folder, "--yes", "--stack", "dev"],
      ...["-c", "messages=20000", "-c", "users=500", "-c", "conversations=400"],
    );
    expect(made.code, made.output).to.equal(0);
    expect(made.output).to.include("Your new project is ready to go!").and.to.include("Quick Start:");

    expect(readStackFile(folder, "dev").dataset).to.include({ messages: 20_000, users: 500 });

    const up = await template.pulumi("-C", folder, "up", "--yes", "--skip-preview", "-s", "dev");
    expect(up.code, up.output).to.equal(0);
    expect(up.output).to.include("OVERALL VERDICT: PASS").and.to.include("20,000");
  });

  it("says what to do when the project is given another name", async () => {
    const file = join(folder, "Pulumi.yaml");
    const before = readFileSync(file, "utf8");
    writeFileSync(file, before.replace(/^name: .*$/m, "name: my-chat"));
    try {
      await template.pulumi("-C", folder, "stack", "init", "other");
      const { code, output } = await template.pulumi("-C", folder, "preview", "-s", "other");
      expect(code).not.to.equal(0);
      expect(output)
        .to.include("Set `name: chat-perf` in Pulumi.yaml")
        .and.not.to.match(/^\s+at /m);
    } finally {
      writeFileSync(file, before);
    }
  });
});
