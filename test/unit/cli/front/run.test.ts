import { spawnSync } from "node:child_process";
import { expect } from "chai";
import type { Command } from "../../../../cli/front/command";
import { asksForHelp, runCommand } from "../../../../cli/front/run";
import { ExpectedError } from "../../../../common/errors";
import { projectRoot } from "../../../../toolchain/layout";

describe("a command", () => {
  /** How a command ends: its exit code, and what it says among the errors. */
  async function ending(changes: Partial<Command<string>>): Promise<{ code: unknown; errors: string }> {
    const command: Command<string> = {
      name: "measure",
      summary: "",
      examples: [],
      options: {},
      exitCodes: "",
      parse: ([argument]) => argument ?? "",
      run: () => Promise.resolve(undefined),
      ...changes,
    };
    const { error: log } = console;
    const { exitCode } = process;
    let errors = "";
    console.error = (text: string) => (errors += text);
    try {
      await runCommand(command, ["dev"], { environment: {} });
      return { code: process.exitCode, errors };
    } finally {
      console.error = log;
      process.exitCode = exitCode;
    }
  }
  const refuse = (): never => {
    throw new ExpectedError("It is not there.", "Make it.");
  };

  it("ends with the exit code of its work, or with 0", async () => {
    expect(await ending({})).to.deep.equal({ code: 0, errors: "" });
    expect(await ending({ run: (request) => Promise.resolve(request === "dev" ? 2 : 0) })).to.include({
      code: 2,
    });
  });

  it("shows an expected error without a stack trace, and ends with its code for failures", async () => {
    const errors = "It is not there.\n  Make it.";
    expect(await ending({ parse: refuse })).to.deep.equal({ code: 1, errors });
    expect(await ending({ parse: refuse, failure: 3 })).to.deep.equal({ code: 3, errors });
    expect(await ending({ run: () => Promise.resolve().then(refuse) })).to.deep.equal({ code: 1, errors });
  });

  it("shows the stack trace of a defect", async () => {
    const { code, errors } = await ending({ run: () => Promise.reject(new TypeError("defect")) });
    expect(code).to.equal(1);
    expect(errors).to.match(/^TypeError: defect\n +at .*run\.test\.ts/);
  });

  it("ends its work when nobody reads its output any more", () => {
    const script = `
      const { runCommand } = require("./cli/front/run.ts");
      const run = async () => {
        for (let line = 0; line < 20000; line++) console.log("a line of the output");
        await new Promise((done) => process.stdout.write("", done));
        console.error("the work is done");
      };
      void runCommand({ name: "x", options: {}, parse: () => "", run }, [], { environment: {} });`;
    const line = `"$0" --require ./runtime/preload.cjs --eval "$1" | head -n 1`;
    const { stdout, stderr } = spawnSync("sh", ["-c", line, process.execPath, script], {
      cwd: projectRoot,
      encoding: "utf8",
    });
    expect(stdout).to.equal("a line of the output\n");
    expect(stderr).to.equal("the work is done\n");
  });

  it("shows its usage when --help or -h is given, but not after --", () => {
    expect([["--help"], ["x", "-h"], ["-h", "--", "y"]].map(asksForHelp)).to.deep.equal([true, true, true]);
    expect([[], ["--", "--help"], ["--helpful"]].map(asksForHelp)).to.deep.equal([false, false, false]);
  });
});
