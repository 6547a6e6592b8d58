import { expect } from "chai";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { restoreState } from "../../../cli/half-written-state";

describe("a state that was half written when its run was killed", () => {
  let backend: string;
  let file: string;

  beforeEach(() => {
    backend = mkdtempSync(join(tmpdir(), "chat perf state "));
    const folder = join(backend, ".pulumi", "stacks", "chat-perf");
    mkdirSync(folder, { recursive: true });
    file = join(folder, "dev.json");
  });
  afterEach(() => {
    rmSync(backend, { recursive: true });
  });

  const restore = (): boolean => restoreState(pathToFileURL(backend).href, "chat-perf", "dev");

  for (const broken of ["", '{"version":3,"checkp']) {
    it(`gives way to the copy before it: ${JSON.stringify(broken)}`, () => {
      writeFileSync(file, broken);
      writeFileSync(`${file}.bak`, '{"version":3}');
      expect(restore()).to.equal(true);
      expect(readFileSync(file, "utf8")).to.equal('{"version":3}');
    });
  }

  it("loses attributes that were half written, which Pulumi would stop at", () => {
    writeFileSync(file, '{"version":4}');
    writeFileSync(`${file}.attrs`, "");
    expect(restore()).to.equal(true);
    expect(existsSync(`${file}.attrs`)).to.equal(false);
    expect(readFileSync(file, "utf8")).to.equal('{"version":4}');
    expect(restore()).to.equal(false);
  });

  it("is left alone when it is whole, or its copy is not", () => {
    writeFileSync(file, '{"version":4}');
    writeFileSync(`${file}.bak`, '{"version":3}');
    expect(restore()).to.equal(false);
    writeFileSync(file, "");
    writeFileSync(`${file}.bak`, "{");
    expect(restore()).to.equal(false);
    expect(readFileSync(file, "utf8")).to.equal("");
  });

  it("is not made of the copy that a removed stack leaves", () => {
    writeFileSync(`${file}.bak`, '{"version":3}');
    expect(restore()).to.equal(false);
    expect(existsSync(file)).to.equal(false);
  });

  it("is looked for in local backends only", () => {
    expect(restoreState(undefined, "chat-perf", "dev")).to.equal(false);
    expect(restoreState("s3://bucket", "chat-perf", "dev")).to.equal(false);
  });
});
