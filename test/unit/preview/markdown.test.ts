import { readdirSync, readFileSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { expect } from "chai";
import { type EnginePreview, readPreview, type Step } from "../../../preview/engine-preview";
import { previewMarkdown } from "../../../preview/markdown";

const folder = resolve(__dirname, "../../fixtures/previews");
const LIMIT = 60_000;

const recorded = (name: string): EnginePreview =>
  readPreview(readFileSync(join(folder, `${name}.json`), "utf8"));
const markdown = (preview: EnginePreview, limit = LIMIT): string =>
  previewMarkdown("dev", preview, [], limit);
const update = (kind: string, before: Step["before"], after: Step["after"]): Step => ({
  action: "update",
  kind,
  name: `a-${kind}`,
  before,
  after,
});
const withSteps = (...steps: Step[]): EnginePreview => ({ ...recorded("no-change"), steps });
/** The first column of the table, in its order. */
const firstColumn = (text: string): string[] =>
  [...text.matchAll(/^\| (?!risk|---|forecast|rows|disk|time|memory)([^|]*) \|/gm)].map((match) => match[1]!);

describe("the text of a preview", () => {
  const names = readdirSync(folder)
    .filter((file) => file.endsWith(".json"))
    .map((file) => basename(file, ".json"));

  for (const name of names) {
    it(`of a recorded preview (${name}) is what was reviewed, and fits`, () => {
      const text = markdown(recorded(name));
      expect(text).to.equal(readFileSync(join(folder, `${name}.md`), "utf8"));
      expect(text.length).to.be.at.most(LIMIT);
    });

    it(`of a recorded preview (${name}) has neither a secret's place nor the engine's own signs in it`, () => {
      expect(markdown(recorded(name))).not.to.match(
        /\[secret\]|04da6b54|__provider|exports\.handler|ciphertext/,
      );
    });
  }

  it("names the worst first, in whatever order the engine has the steps", () => {
    const all = ["create", "restart", "rotation", "shrink"].flatMap((name) => recorded(name).steps);
    const reload = update(
      "Setting",
      { setting: "work_mem", takes: "reload", value: "64MB" },
      { setting: "work_mem", takes: "reload", value: "1GB" },
    );
    const steps = [...all, reload];
    for (const order of [steps, steps.toReversed()]) {
      const labels = [...new Set(firstColumn(markdown(withSteps(...order))))];
      expect(labels).to.deep.equal(["**replace**", "restart", "access", "reload", "create"]);
    }
  });

  it("says of each setting whether it takes a reload or a restart", () => {
    const setting = (takes: string): Step =>
      update("Setting", { setting: takes, takes, value: "1" }, { setting: takes, takes, value: "2" });
    const text = markdown(withSteps(setting("reload"), setting("restart")));
    expect(text).to.include("| restart | setting `restart` | `1` → `2` | restarts the server");
    expect(text).to.include("| reload | setting `reload` | `1` → `2` | reloads the configuration");
  });

  it("never promises that rows are put back", () => {
    const rows = recorded("shrink").steps.find(({ kind }) => kind === "Dataset")!.before;
    const text = markdown(withSteps(update("Dataset", rows, rows)));
    expect(text).to.include("rows were changed by hand: they stay as they are");
    expect(text).not.to.match(/put right|no row changes/);
  });

  it("shows no secret, whether or not the engine knows it for one", () => {
    const text = markdown(
      withSteps(
        update("Role", { password: "hunter1", name: "a" }, { password: "hunter2", name: "a" }),
        update("Thing", { databaseUrl: "x", apiToken: "hunter3" }, { databaseUrl: "y", apiToken: "hunter4" }),
        update("Thing", { note: "[secret]" }, { note: "hunter5" }),
        update("Thing", { where: "postgresql://me:hunter6@h/d" }, { where: "postgresql://me:hunter7@h/d" }),
      ),
    );
    expect(text).to.include("`password` changes").and.to.include("postgresql://me:…@h/d");
    expect(text).not.to.include("hunter");
  });

  it("fits however much changes, and keeps the worst", () => {
    const many = Array.from({ length: 3_000 }, (_, i) => ({
      ...update("Thing", { text: "x".repeat(500) }, { text: `${i}${"y".repeat(500)}` }),
      name: `thing-${i}`,
    }));
    const text = markdown(withSteps(...many, ...recorded("shrink").steps), 5_000);
    expect(text.length).to.be.at.most(5_000);
    expect(text)
      .to.include("Rows are lost")
      .and.to.match(/… and \d+ more/);
  });

  it("takes values for values, never for markup", () => {
    const seed = "a|b `c` <img src=x>\n# @everybody [d](http://e)";
    const text = markdown(withSteps(update("Thing", { seed: "x" }, { seed })));
    expect(text).to.include("`a¦b 'c' <img src=x> # @everybody [d](http://e)`");
    const warned = markdown({ ...withSteps(), warnings: ["see <b>this</b> | @me [x](y)"] });
    expect(warned).to.include("see \\<b\\>this\\</b\\> \\| @\u200bme \\[x\\](y)");
  });

  it("says what drift is, where nothing in the configuration changes", () => {
    expect(markdown(withSteps(update("Volume", { a: 1 }, { a: 1 })))).to.include(
      "not as it was left: put right",
    );
  });

  it("has the violated policies with what to change, before everything else", () => {
    const violation = {
      policy: "passwords-are-long",
      resource: "dev-password",
      message: "Set length to 32.",
    };
    const text = previewMarkdown("dev", recorded("shrink"), [violation], LIMIT);
    expect(text).to.include("- `dev-password` (passwords-are-long): Set length to 32.");
    expect(text.indexOf("Violated policies")).to.be.lessThan(text.indexOf("Rows are lost"));
  });
});

describe("reading a preview", () => {
  it("refuses what the engine did not print", () => {
    expect(() => readPreview("error: no stack named 'x'")).to.throw(
      "not what `pulumi preview --json` prints",
    );
  });
});
