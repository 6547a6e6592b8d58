import { compare } from "bcryptjs";
import { expect } from "chai";
import fc from "fast-check";
import { plugin } from "../../../../../toolchain/closed-network/plugins/random";
import { makePassword, type Recipe } from "../../../../../toolchain/closed-network/plugins/random/password";
import { reveal, revealAll, secret, UNKNOWN } from "../../../../../toolchain/closed-network/plugins/values";
import { setUp } from "../../../../support/fixture";
import { asRecorded, officialResources, programInputs } from "../../../../support/official";
import { PluginClient, type StoredResource } from "../../../../support/plugin";

const TYPE = "random:index/randomPassword:RandomPassword";
const recipe: Recipe = {
  length: 32,
  lower: true,
  upper: true,
  numeric: true,
  special: false,
  minLower: 0,
  minUpper: 0,
  minNumeric: 0,
  minSpecial: 0,
  overrideSpecial: null,
};

const count = (text: string, characters: RegExp): number => text.match(characters)?.length ?? 0;

describe("a random password", () => {
  it("has the wanted length and only allowed characters", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 200 }), fc.boolean(), fc.boolean(), (length, upper, special) => {
        const password = makePassword({ ...recipe, length, upper, special, overrideSpecial: "-_" });
        expect(password).to.have.length(length);
        expect(password).to.match(new RegExp(`^[a-z0-9${upper ? "A-Z" : ""}${special ? "_-" : ""}]+$`));
      }),
    );
  });

  it("has at least the wanted number of each kind", () => {
    const least = fc.integer({ min: 0, max: 8 });
    fc.assert(
      fc.property(least, least, least, least, (minLower, minUpper, minNumeric, minSpecial) => {
        const password = makePassword({
          ...recipe,
          special: true,
          minLower,
          minUpper,
          minNumeric,
          minSpecial,
        });
        expect(count(password, /[a-z]/g)).to.be.at.least(minLower);
        expect(count(password, /[A-Z]/g)).to.be.at.least(minUpper);
        expect(count(password, /[0-9]/g)).to.be.at.least(minNumeric);
        expect(count(password, /[^a-zA-Z0-9]/g)).to.be.at.least(minSpecial);
      }),
    );
  });

  it("draws every character equally often", () => {
    const drawn = new Map<string, number>();
    const total = 62 * 1_000;
    for (const character of makePassword({ ...recipe, length: total })) {
      drawn.set(character, (drawn.get(character) ?? 0) + 1);
    }
    expect(drawn.size).to.equal(62);
    const chiSquare = [...drawn.values()].reduce((sum, times) => sum + (times - 1_000) ** 2 / 1_000, 0);
    // With 61 degrees of freedom, a larger value occurs once in three million runs.
    expect(chiSquare).to.be.below(133);
  });
});

describe("the random plugin", () => {
  let client: PluginClient;
  setUp(async (undo) => {
    client = await PluginClient.serving(plugin);
    undo(() => {
      client.close();
    });
    await client.configure({});
  });

  const create = (): Promise<StoredResource> => client.create(TYPE, { length: 32, special: false });

  for (const official of officialResources("random")) {
    it(`stores ${official.name} as the official plugin does`, async () => {
      const stored = await client.create(official.type, programInputs(official));
      expect(stored.id).to.equal(official.id);
      expect(asRecorded(stored.inputs)).to.deep.equal(official.inputs);
      expect(asRecorded(stored.outputs)).to.deep.equal(official.outputs);
    });

    it(`takes over ${official.name} from the official plugin without a change`, async () => {
      const outputs = { ...official.outputs, result: secret("theirs"), bcryptHash: secret("$2a$10$theirs") };
      const stored = { ...official, outputs };
      expect((await client.diff(TYPE, stored, programInputs(official))).changes).to.deep.equal({});
      expect(await client.read(TYPE, stored)).to.deep.equal({ id: "none", inputs: official.inputs, outputs });
    });
  }

  it("stands in for the version that the SDK asks for", async () => {
    expect(await client.version()).to.equal("4.21.2");
  });

  it("gives a bcrypt hash of the password", async () => {
    const { result, bcryptHash } = revealAll((await create()).outputs);
    expect(await compare(result as string, bcryptHash as string)).to.be.true;
    expect(bcryptHash, "the prefix that the official plugin gives").to.match(/^\$2a\$10\$/);
  });

  it("takes the id for the password on import", async () => {
    const imported = await client.read(TYPE, { id: "a password", inputs: {}, outputs: {} });
    expect(imported!.id).to.equal("none");
    expect(imported!.inputs).to.deep.equal({ length: 10 });
    const { result, bcryptHash } = revealAll(imported!.outputs);
    expect(result).to.equal("a password");
    expect(await compare("a password", bcryptHash as string)).to.equal(true);
  });

  it("does not know the password in preview", async () => {
    const { outputs } = await client.create(TYPE, { length: 32 }, true);
    expect(outputs.result).to.deep.equal(secret(UNKNOWN));
    expect(outputs.length).to.equal(32);
  });

  it("never makes the same password twice", async () => {
    const [one, other] = await Promise.all([create(), create()]);
    expect(reveal(one.outputs.result!)).not.to.equal(reveal(other.outputs.result!));
  });

  const changes: Record<string, [given: object, changes: Record<string, string>]> = {
    nothing: [{ length: 32, special: false }, {}],
    "a default written down": [{ length: 32, special: false, lower: true, minLower: 0 }, {}],
    "keepers added": [{ length: 32, special: false, keepers: { rotation: "2" } }, { keepers: "add-replace" }],
    "another length": [{ length: 40, special: false }, { length: "update-replace" }],
    "an input removed": [{ length: 32 }, { special: "delete-replace" }],
  };
  for (const [change, [given, expected]] of Object.entries(changes)) {
    it(`replaces the password as the official plugin does: ${change}`, async () => {
      const { changes, replaces, deleteBeforeReplace } = await client.diff(TYPE, await create(), {
        ...given,
      });
      expect(changes).to.deep.equal(expected);
      expect(replaces).to.deep.equal(Object.keys(expected));
      expect(deleteBeforeReplace).to.be.false;
    });
  }

  it("replaces the password when a keeper changes", async () => {
    const stored = await client.create(TYPE, { length: 8, keepers: { rotation: "1", other: "x" } });
    const { changes } = await client.diff(TYPE, stored, {
      length: 8,
      keepers: { rotation: "2", other: "x" },
    });
    expect(changes).to.deep.equal({ "keepers.rotation": "update-replace" });
  });

  const refused: Record<string, [given: object, reason: RegExp]> = {
    "no length": [{}, /Missing required property 'length'/],
    "a length of zero": [{ length: 0 }, /length must be a whole number, at least 1/],
    "half a character": [{ length: 1.5 }, /length must be a whole number/],
    "a length in words": [{ length: "long" }, /"length" must be a number, got "long"/],
    "more minimum counts than characters": [
      { length: 4, minLower: 3, minUpper: 2 },
      /sum of the minimum counts \(5\)/,
    ],
    "no kind of characters": [
      { length: 4, lower: false, upper: false, numeric: false, special: false },
      /At least one/,
    ],
    "an output as an input": [{ length: 4, result: "mine" }, /"result" is not supported/],
    "a property that does not exist": [{ length: 4, lenght: 4 }, /"lenght" is not a property/],
  };
  for (const [mistake, [given, reason]] of Object.entries(refused)) {
    it(`refuses ${mistake}`, async () => {
      const { failures } = await client.check(TYPE, { ...given });
      expect(failures.join("\n")).to.match(reason);
    });
  }

  it("draws random bytes, whose id is their base64 text, and replaces them when a keeper changes", async () => {
    const type = "random:index/randomBytes:RandomBytes";
    const stored = await client.create(type, { length: 16, keepers: { version: "1" } });
    const bytes = Buffer.from(stored.id, "base64");
    expect(bytes).to.have.length(16);
    expect(stored.outputs).to.deep.equal({
      id: stored.id,
      length: 16,
      keepers: { version: "1" },
      base64: secret(stored.id),
      hex: secret(bytes.toString("hex")),
    });
    expect(await client.read(type, stored)).to.deep.equal(stored);
    const { changes } = await client.diff(type, stored, { length: 16, keepers: { version: "2" } });
    expect(changes).to.deep.equal({ "keepers.version": "update-replace" });
    expect((await client.check(type, { length: 0 })).failures.join()).to.include("at least 1");
  });

  it("refuses a type that it does not have, naming those it has", async () => {
    const error = await client
      .check("random:index/randomPet:RandomPet", {})
      .catch((reason: unknown) => reason);
    expect(String(error)).to.include('no resource type "random:index/randomPet:RandomPet"').and.include(TYPE);
  });
});
