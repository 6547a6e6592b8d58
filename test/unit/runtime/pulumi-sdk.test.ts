import { execFileSync } from "node:child_process";
import { resolve } from "node:path";
import { expect } from "chai";

const project = resolve(__dirname, "../../..");

/** Runs a program in a process that has loaded what each process of the project loads first. */
function evaluate(program: string): unknown {
  const output = execFileSync(
    process.execPath,
    ["--require", "./runtime/preload.cjs", "--input-type=commonjs", "--eval", program],
    { cwd: project, encoding: "utf8" },
  );
  return JSON.parse(output);
}

describe("Pulumi's SDK", () => {
  it("is loaded without the TypeScript compiler and npm's resolver of dependencies", () => {
    const loaded = evaluate(`
      require("@pulumi/pulumi");
      require("@pulumi/pulumi/cmd/dynamic-provider/config");
      console.log(JSON.stringify(Object.keys(require.cache)));
    `) as string[];
    expect(loaded.filter((file) => /node_modules.(typescript|@npmcli.arborist).*js$/.test(file))).to.be.empty;
    expect(loaded.length).to.be.greaterThan(100);
  });

  it("can serialize a function all the same", () => {
    const text = evaluate(`
      const { runtime } = require("@pulumi/pulumi");
      const captured = 41;
      void runtime.serializeFunction(() => captured + 1).then(({ text }) => console.log(JSON.stringify(text)));
    `);
    expect(text).to.include("captured + 1");
  });

  it("leaves the stacks of errors to Node.js, which knows the lines of the sources", () => {
    const stack = evaluate(`
      require("source-map-support/register");
      const { throwPlanted } = require("./test/fixtures/throwing.ts");
      try { throwPlanted(); } catch (error) { console.log(JSON.stringify(error.stack)); }
    `);
    expect(stack).to.match(/throwing\.ts:9:\d+/);
  });
});
