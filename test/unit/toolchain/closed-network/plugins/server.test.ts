import { spawn } from "node:child_process";
import { once } from "node:events";
import { resolve } from "node:path";
import { expect } from "chai";
import type { ResourceType } from "../../../../../toolchain/closed-network/plugins/resource-type";
import {
  containsUnknown,
  reveal,
  secret,
  UNKNOWN,
  type Properties,
} from "../../../../../toolchain/closed-network/plugins/values";
import { setUpEach } from "../../../../support/fixture";
import { PluginClient } from "../../../../support/plugin";
import { rejection } from "../../../../support/rejection";

const TYPE = "test:index/thing:Thing";

/** A resource type that records its calls. */
function thing(told: Properties[]): ResourceType {
  return {
    schema: {
      name: { type: "string", required: true, replaces: true },
      size: { type: "number", default: 7 },
      tags: { type: "set" },
      labels: { type: "map" },
      place: { type: "string", computed: true },
      key: { type: "string", secret: true },
      note: { type: "string" },
    },
    create(plan) {
      told.push(plan);
      return Promise.resolve({ id: "thing-1", state: { ...plan, id: "thing-1", place: "here" } });
    },
    read: (id, state) => Promise.resolve(id === "gone" ? undefined : { id, state: { ...state, size: 8 } }),
    update(_id, _state, plan) {
      told.push(plan);
      return Promise.resolve(plan);
    },
    delete: () => Promise.reject(new Error("It will not go.")),
  };
}

describe("a plugin's server", () => {
  let client: PluginClient;
  let told: Properties[];

  setUpEach(async (undo) => {
    told = [];
    client = await PluginClient.serving({
      version: "1.2.3",
      checkConfig: () => [],
      configure: () => ({ [TYPE]: thing(told) }),
    });
    undo(() => {
      client.close();
    });
    await client.configure({});
  });

  it("fills in defaults and lists them", async () => {
    const { inputs } = await client.check(TYPE, { name: "a" });
    expect(inputs).to.deep.equal({ name: "a", size: 7, __defaults: ["size"] });
  });

  it("sorts sets, and takes an empty one for none", async () => {
    const { inputs } = await client.check(TYPE, { name: "a", size: 1, tags: ["b", "a", "b"] });
    expect(inputs.tags).to.deep.equal(["a", "b"]);
    expect((await client.check(TYPE, { name: "a", tags: [] })).inputs.tags).to.equal(null);
  });

  it("leaves unknown inputs as they are", async () => {
    const given = { name: UNKNOWN, size: UNKNOWN, tags: ["b", UNKNOWN], labels: { a: UNKNOWN } };
    const { inputs, failures } = await client.check(TYPE, given);
    expect(failures).to.deep.equal([]);
    expect(inputs).to.deep.equal(given);
  });

  it("keeps secret inputs secret, and the outputs of the same name", async () => {
    const given = { name: "a", size: 1, note: secret("hidden"), labels: { a: secret("b") } };
    const { inputs, outputs } = await client.create(TYPE, given);
    expect(inputs).to.deep.equal(given);
    expect(outputs.note).to.deep.equal(secret("hidden"));
    expect(outputs.labels).to.deep.equal(secret({ a: "b" }));
    expect(told[0]).to.deep.include({ note: "hidden", labels: { a: "b" } });
  });

  it("makes an output secret when the schema says so", async () => {
    const { outputs } = await client.create(TYPE, { name: "a", key: "k" });
    expect(outputs.key).to.deep.equal(secret("k"));
  });

  it("gives the type the whole plan: inputs, defaults, and null for the rest", async () => {
    await client.create(TYPE, { name: "a" });
    expect(told).to.deep.equal([
      { name: "a", size: 7, tags: null, labels: null, place: null, key: null, note: null },
    ]);
  });

  it("does nothing in preview, and does not know what the server decides", async () => {
    const { id, outputs } = await client.create(TYPE, { name: "a", note: UNKNOWN }, true);
    expect(told).to.deep.equal([]);
    expect(id).to.equal("");
    expect(outputs).to.deep.include({ name: "a", size: 7, place: UNKNOWN, note: UNKNOWN });
    expect(containsUnknown(reveal(outputs.key!))).to.be.false;
  });

  it("keeps what the server had decided when an update does not mention it", async () => {
    const stored = await client.create(TYPE, { name: "a" });
    expect((await client.update(TYPE, stored, { name: "a", size: 2 })).outputs.place).to.equal("here");
  });

  it("brings inputs up to date with what a refresh found, and only those", async () => {
    const stored = await client.create(TYPE, { name: "a", size: 7, note: secret("hidden") });
    const found = await client.read(TYPE, stored);
    expect(found?.inputs).to.deep.equal({ name: "a", size: 8, note: secret("hidden") });
    expect(found?.outputs).to.deep.include({ size: 8, place: "here", note: secret("hidden") });
  });

  it("says that a resource is gone", async () => {
    expect(await client.read(TYPE, { id: "gone", inputs: {}, outputs: {} })).to.be.undefined;
  });

  it("describes an imported resource by what differs from the defaults", async () => {
    const found = await client.read(TYPE, { id: "thing-1", inputs: {}, outputs: { name: "a", place: "" } });
    expect(found?.inputs).to.deep.equal({ name: "a", size: 8 });
  });

  it("compares secret values by what they hide", async () => {
    const stored = await client.create(TYPE, { name: "a", note: secret("hidden") });
    const { changes } = await client.diff(TYPE, stored, { name: "a", note: "hidden" });
    expect(changes).to.deep.equal({});
    expect((await client.diff(TYPE, stored, { name: "a", note: secret("other") })).changes).to.deep.equal({
      note: "update",
    });
  });

  it("finds the changed keys of a map", async () => {
    const stored = await client.create(TYPE, {
      name: "a",
      labels: { kept: "1", changed: "1", "left out": "1" },
    });
    const { changes } = await client.diff(TYPE, stored, {
      name: "a",
      labels: { kept: "1", changed: "2", new: "1" },
    });
    expect(changes).to.deep.equal({
      "labels.changed": "update",
      "labels.new": "add",
      'labels["left out"]': "delete",
    });
  });

  it("plans a replacement for a name that is not known yet", async () => {
    const stored = await client.create(TYPE, { name: "a" });
    const { changes } = await client.diff(TYPE, stored, { name: UNKNOWN });
    expect(changes).to.deep.equal({ name: "update-replace" });
  });

  it("says that no code is generated after an import, and how to import without it", async () => {
    expect(await rejection(client.schema())).to.match(/imported into the state[^]*--generate-code=false/);
  });

  it("hands an error's message to the engine", async () => {
    const stored = await client.create(TYPE, { name: "a" });
    const error = await client.delete(TYPE, stored).catch((reason: unknown) => reason);
    expect((error as Error).message).to.equal("It will not go.");
  });
});

for (const name of ["random", "postgresql"]) {
  describe(`the executable of the ${name} plugin`, () => {
    it("prints the port that it serves, also where colours are asked for", async () => {
      const entry = resolve(__dirname, `../../../../../toolchain/closed-network/plugins/${name}.ts`);
      const child = spawn(process.execPath, ["--require", "./runtime/preload.cjs", entry], {
        stdio: ["ignore", "pipe", "inherit"],
        env: { ...process.env, FORCE_COLOR: "1" },
      });
      try {
        const [line] = (await once(child.stdout, "data")) as [Buffer];
        expect(line.toString()).to.match(/^\d+\n$/);
        const client = new PluginClient(Number(line.toString()));
        expect(await client.version()).to.match(/^\d+\.\d+\.\d+$/);
        client.close();
      } finally {
        child.kill();
        await once(child, "exit");
      }
    });
  });
}
