import { execFile } from "node:child_process";
import { rmSync } from "node:fs";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { expect } from "chai";
import { setUp } from "../../support/fixture";
import { temporaryFolder } from "../../support/server";

const project = resolve(__dirname, "../../..");

/** Prints the answers of the providers of three stacks to a preview, when the server in their state is lost. */
const diffs = `
  const { taskProvider } = require("./runtime/task-provider.ts");
  const { state } = JSON.parse(process.env.LOST);
  const asksStale = "also when inputs change";
  const diff = (behaviour, before, inputs) =>
    taskProvider("EmbeddedServer", { asksStale, ...behaviour }).diff("EmbeddedServer", before, inputs)
      .catch(({ message }) => message);
  (async () => {
    const { systemIdentifier, ...stateBefore } = state;
    const answers = {
      usual: await diff({}, state, state),
      changed: await diff({}, state, { ...state, roles: ["another"] }),
      kept: await diff({ keeps: "The stack is protected." }, state, state),
      ofEarlierVersion: await diff({}, stateBefore, stateBefore),
    };
    console.log("answers " + JSON.stringify(answers));
    process.exit(0);
  })();
`;

describe("a preview of a stack whose server's folder is gone", () => {
  let folder: string;
  let output: string;
  let answers: Record<string, unknown>;

  setUp(async (undo) => {
    folder = temporaryFolder("lost");
    undo(() => {
      rmSync(folder, { recursive: true });
    });
    const dataDirectory = join(folder, "dev");
    const state = { stack: "dev", dataDir: dataDirectory, dataDirectory, systemIdentifier: "7", roles: [] };
    const { stdout } = await promisify(execFile)(
      process.execPath,
      ["--require", "./runtime/preload.cjs", "--eval", diffs],
      { cwd: project, env: { ...process.env, LOST: JSON.stringify({ state }) } },
    );
    output = stdout;
    answers = JSON.parse(/^answers (.*)$/m.exec(stdout)![1]!) as Record<string, unknown>;
  });

  const replaced = { changes: true, replaces: ["gone"], deleteBeforeReplace: true };

  it("says so, and that the server is created again", () => {
    expect(answers).to.deep.include({ usual: replaced });
    expect(output).to.include(
      `The data folder ${join(folder, "dev")} is gone. The server is created again, with everything in it.`,
    );
  });

  it("does so also when the configuration has changed meanwhile", () => {
    expect(answers).to.deep.include({ changed: replaced });
  });

  it("refuses to create a protected stack's server again", () => {
    expect(answers.kept).to.equal(`The data folder ${join(folder, "dev")} is gone. The stack is protected.`);
  });

  it("names the command that makes all anew where an earlier version has made the state, and the way with another backend", () => {
    expect(answers.ofEarlierVersion).to.match(
      /is gone\.\s+`npm run up -- --stack dev` removes what is left .* creates it again\. .*first run `npm run down -- --stack dev`/,
    );
  });
});
