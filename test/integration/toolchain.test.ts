import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  watch,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

import { expect } from "chai";

import { toolchainEnvironment } from "../../toolchain/environment";
import { projectRoot } from "../../toolchain/layout";
import { setUp } from "../support/fixture";

/** A small program with the kinds of resources that the real one has: one of a plugin, and a dynamic one. */
const program = `
import * as pulumi from "@pulumi/pulumi";
import { RandomPassword } from "@pulumi/random";

const provider: pulumi.dynamic.ResourceProvider = {
  create(inputs) {
    console.log("seen while it happens");
    return Promise.resolve({ id: "greeting", outs: { ...inputs } });
  },
};
class Greeting extends pulumi.dynamic.Resource {
  declare readonly text: pulumi.Output<string>;
  constructor(name: string, args: { text: pulumi.Input<string> }) {
    super(provider, name, args);
  }
}
const config = new pulumi.Config();
if (config.get("text") === "bad") throw new pulumi.RunError("text: choose another one");
export const password = new RandomPassword("password", { length: 32, special: false }).result;
export const text = new Greeting("greeting", { text: config.get("text") ?? "hello" }).text;
`;

interface Result {
  code: number;
  output: string;
}

describe("pulumi in this clone", () => {
  let folder: string;
  let environment: NodeJS.ProcessEnv;

  setUp(async (undo) => {
    folder = join(mkdtempSync(join(tmpdir(), "toolchain-")), "a program");
    undo(() => {
      rmSync(join(folder, ".."), { recursive: true, force: true });
    });
    mkdirSync(join(folder, "state"), { recursive: true });
    symlinkSync(join(projectRoot, "node_modules"), join(folder, "node_modules"));
    writeFileSync(
      join(folder, "Pulumi.yaml"),
      'name: small\nruntime:\n  name: nodejs\n  options: { typescript: false, nodeargs: "--require tsx/cjs" }\n',
    );
    const dependencies = { "@pulumi/pulumi": "*", "@pulumi/random": "*" };
    writeFileSync(join(folder, "package.json"), JSON.stringify({ main: "index.ts", dependencies }));
    writeFileSync(join(folder, "index.ts"), program);
    environment = {
      ...toolchainEnvironment(projectRoot),
      PULUMI_BACKEND_URL: pathToFileURL(join(folder, "state")).href,
      PULUMI_CONFIG_PASSPHRASE: "for this test",
    };
    expect((await pulumi("stack", "init", "test")).output).to.contain("Created stack 'test'");
  });

  function pulumi(...args: string[]): Promise<Result> {
    return new Promise((resolve) => {
      const options = { cwd: folder, env: environment };
      execFile("pulumi", [...args, "--non-interactive"], options, (error, stdout, stderr) => {
        resolve({ code: typeof error?.code === "number" ? error.code : 0, output: stdout + stderr });
      });
    });
  }

  const update = (command: string, ...args: string[]): Promise<Result> =>
    pulumi(command, "--stack", "test", ...args);

  it("previews, with no resource made", async () => {
    const { code, output } = await update("preview");
    expect(code, output).to.equal(0);
    expect(output)
      .to.match(/\+ 3 to create/)
      .and.not.contain("seen while it happens");
  });

  it("makes resources and shows what they say meanwhile", async () => {
    const { code, output } = await update("up", "--yes", "--skip-preview");
    expect(code, output).to.equal(0);
    expect(output).to.contain("+ 3 created").and.contain("seen while it happens").and.not.contain("warning");
    const outputs = await pulumi("stack", "output", "--json", "--show-secrets");
    const { text, password } = JSON.parse(outputs.output) as Record<string, string>;
    expect(text).to.equal("hello");
    expect(password).to.match(/^[A-Za-z0-9]{32}$/);
  });

  it("finds nothing to do the second time", async () => {
    const { code, output } = await update("up", "--yes", "--expect-no-changes");
    expect(code, output).to.equal(0);
  });

  it("shows a program's expected error without a stack trace", async () => {
    await pulumi("config", "set", "text", "bad");
    const { code, output } = await update("preview");
    await pulumi("config", "rm", "text");
    expect(code).not.to.equal(0);
    expect(output).to.contain("error: text: choose another one");
    expect(output)
      .not.to.match(/\n\s+at /)
      .and.not.contain("exit code");
  });

  it("names the runtime and its plugins", async () => {
    const { output } = await pulumi("about", "--json");
    const about = JSON.parse(output) as { runtime: { language: string; version: string } };
    expect(about.runtime).to.deep.include({ language: "nodejs" });
    expect(about.runtime.version).to.contain(process.version);
  });

  it("destroys the resources, and removes the stack", async () => {
    const { code, output } = await update("destroy", "--yes", "--skip-preview", "--remove");
    expect(code, output).to.equal(0);
    expect(output).to.contain("- 3 deleted");
    expect((await pulumi("stack", "ls", "--json")).output.trim()).to.equal("[]");
  });

  it("ends the program when it is interrupted", async () => {
    await pulumi("stack", "init", "interrupted");
    const sign = join(folder, "running");
    writeFileSync(
      join(folder, "index.ts"),
      `require("fs").writeFileSync(${JSON.stringify(sign)}, String(process.pid)); setInterval(() => undefined, 1000);`,
    );
    const cli = spawn("pulumi", ["preview", "--non-interactive"], {
      cwd: folder,
      env: environment,
      stdio: "ignore",
    });
    const pid = await new Promise<number>((resolve) => {
      const seen = (): void => {
        if (!existsSync(sign) || readFileSync(sign, "utf8") === "") return;
        watcher.close();
        resolve(Number(readFileSync(sign, "utf8")));
      };
      const watcher = watch(folder, seen);
      seen();
    });
    cli.kill("SIGINT");
    await once(cli, "exit");
    expect(() => process.kill(pid, 0)).to.throw("ESRCH");
  });
});
