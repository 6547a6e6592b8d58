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
  it("is loaded without what no program of this project uses", () => {
    const loaded = evaluate(`
      require("@pulumi/pulumi");
      require("@pulumi/pulumi/cmd/run/tracing");
      require("@pulumi/pulumi/cmd/dynamic-provider/config");
      console.log(JSON.stringify(Object.keys(require.cache)));
    `) as string[];
    const unused = /node_modules.(typescript|@npmcli.arborist|execa|@opentelemetry.exporter-zipkin).*js$/;
    expect(loaded.filter((file) => unused.test(file))).to.be.empty;
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

  it("has its other parts all the same", () => {
    const types = evaluate(`
      const { automation } = require("@pulumi/pulumi");
      console.log(JSON.stringify([typeof automation.LocalWorkspace, typeof automation.fullyQualifiedStackName]));
    `);
    expect(types).to.deep.equal(["function", "function"]);
  });

  it("starts the program without a debugger", () => {
    const watched = evaluate(`
      const inspector = require("node:inspector");
      inspector.Session.prototype.post = () => console.log("true");
      void require("@pulumi/pulumi/runtime/closure/v8Hooks").isInitializedAsync().then(() => console.log("false"));
    `);
    expect(watched).to.equal(false);
  });

  it("leaves the stacks of errors as Node.js writes them, with the lines of the sources", () => {
    const stack = evaluate(`
      require("source-map-support/register");
      const { throwPlanted } = require("./test/fixtures/throwing.ts");
      try { throwPlanted(); } catch (error) { console.log(JSON.stringify(error.stack)); }
    `);
    expect(stack).to.match(/throwing\.ts:9:\d+/);
  });
});
