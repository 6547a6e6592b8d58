import { existsSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { expect } from "chai";
import type { Capture } from "../../phase2/capture";
import type { Comparison } from "../../phase2/compare";
import { readDefinitions, readIndexes } from "../../phase2/indexes/definitions";
import { mayLock } from "../../phase2/release";
import { withClient } from "../../postgres/connection";
import { phase2Task, type Phase2Inputs, type Phase2Outputs } from "../../runtime/tasks/phase2";
import { chatDatasetSql } from "../support/chat-dataset";
import { execute } from "../support/database-copies";
import { setUp } from "../support/fixture";
import { startTestServer, type TestDatabase, type TestServer } from "../support/server";

const names = readDefinitions().map(({ name }) => name);
// These tests are about what is done, not about how exact it is.
const phase2 = phase2Task({ blocks: 2, passes: 1 });
const silent = (): void => undefined;

describe("phase 2 as a task of the stack", () => {
  let server: TestServer;
  let database: TestDatabase;
  let inputs: Phase2Inputs;
  let state: Phase2Inputs & Phase2Outputs;

  setUp(async (undo) => {
    server = await startTestServer();
    database = await server.createDatabase();
    undo(() => database.drop());
    await execute(database.ownerUrl, chatDatasetSql());
    inputs = {
      ownerUrl: database.ownerUrl,
      // A server that is not restarted.
      machine: { kind: "existing" } as Phase2Inputs["machine"],
      stack: database.name,
      mode: "apply",
      gateOpen: true,
      fingerprint: {},
      sources: "",
    };
  });

  const built = (): Promise<string[]> =>
    withClient(database.ownerUrl, async (client) =>
      (await readIndexes(client)).map(({ name }) => name).filter((name) => names.includes(name)),
    );
  /** Changes the inputs as an update of the stack does. Returns the log. */
  const update = async (changes: Partial<Phase2Inputs>): Promise<string[]> => {
    const lines: string[] = [];
    inputs = { ...inputs, ...changes };
    const outputs = await phase2.update!(inputs, state, (line) => lines.push(line));
    state = { ...inputs, ...outputs };
    return lines;
  };
  const kinds = (): string[] =>
    state.files
      .filter((file) => /-(pre|post)\.json$/.test(file))
      .map((file) => (JSON.parse(readFileSync(file, "utf8")) as Capture).kind);

  it("goes from measuring to the indexes and the verdict, and back again, as the stack's configuration says", async () => {
    expect(await phase2.create({ ...inputs, gateOpen: false }, silent)).to.deep.equal({
      verdict: "NOT MEASURED",
      files: [],
    });
    expect(await built()).to.deep.equal([]);

    state = { ...inputs, ...(await phase2.create(inputs, silent)) };
    expect(state.verdict).to.be.oneOf(["GO", "NO-GO", "INCONCLUSIVE"]);
    const of = (what: string): string => `reports/phase2-${database.name}${what}`;
    expect(state.files).to.deep.equal([of(".json"), of(".html"), of("-pre.json"), of("-post.json")]);
    expect(kinds()).to.deep.equal(["pre-optimization", "post-optimization"]);
    const { method } = JSON.parse(readFileSync(of(".json"), "utf8")) as Comparison;
    expect(method).to.equal("in turns");
    expect(await built()).to.have.members(names);
    const { files } = state;

    expect(await mayLock(database.ownerUrl)).to.equal(true);
    await withClient(database.appUrl, async () => {
      expect(await mayLock(database.ownerUrl), "the application would wait").to.equal(false);
    });

    expect(await update({ ownerUrl: database.ownerUrl.replace("127.0.0.1", "localhost") })).to.deep.equal([]);
    expect(state.files).to.deep.equal(files);

    // In a copied project, the state means the original's server; and a server that is gone took its indexes along.
    for (const dataDirectory of [server.dataDirectory, `${server.dataDirectory}-gone`]) {
      const machine = { kind: "embedded" as const, dataDirectory };
      await phase2.delete!({ ...state, machine, files: [] }, silent);
    }
    expect(await built()).to.have.members(names);

    const lines = await update({ mode: "capture" });
    expect(lines).to.include("Measuring the hot queries, pre-optimization...");
    expect(state.verdict).to.equal("CAPTURED");
    expect(kinds()).to.deep.equal(["pre-optimization"]);
    expect(await built()).to.deep.equal([]);
    expect(files.map((file) => existsSync(resolve(file)))).to.deep.equal([false, false, true, false]);

    await phase2.delete!(state, silent);
    expect(existsSync(resolve(files[2]!))).to.equal(false);
  });
});
