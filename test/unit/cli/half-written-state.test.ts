import { expect } from "chai";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { assertReadable, restoreState } from "../../../cli/half-written-state";
import { ExpectedError } from "../../../common/errors";
import { setUpEach } from "../../support/fixture";

describe("a state that was half written when its run was killed", () => {
  let backend: string;
  let file: string;

  setUpEach((undo) => {
    backend = mkdtempSync(join(tmpdir(), "chat perf state "));
    undo(() => {
      rmSync(backend, { recursive: true });
    });
    const folder = join(backend, ".pulumi", "stacks", "chat-perf");
    mkdirSync(folder, { recursive: true });
    file = join(folder, "dev.json");
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

  it("gives way to the latest of Pulumi's own copies where the one before it is broken too", () => {
    writeFileSync(file, "");
    writeFileSync(`${file}.bak`, "{");
    const kept = (kind: string, name: string, text: string): void => {
      const folder = join(backend, ".pulumi", kind, "chat-perf", "dev");
      mkdirSync(folder, { recursive: true });
      writeFileSync(join(folder, name), text);
    };
    kept("backups", "dev.1795952857165399789.json", '{"version":1}');
    kept("history", "dev-1795952957163630667.checkpoint.json", '{"version":2}');
    kept("history", "dev-1795952957163630667.history.json", '{"kind":"update"}');
    kept("history", "dev-1795952999000000000.checkpoint.json", "");
    expect(restore()).to.equal(true);
    expect(readFileSync(file, "utf8")).to.equal('{"version":2}');
  });

  it("is one clear error with the way to start again when there is no complete copy", () => {
    const read = (): void => {
      assertReadable(pathToFileURL(backend).href, "chat-perf", "dev");
    };
    read();
    writeFileSync(file, '{"version":3}');
    read();
    writeFileSync(file, '{"vers');
    expect(read)
      .to.throw(ExpectedError, `The state of stack "dev" cannot be read`)
      .with.property("remedy")
      .that.includes("npm run down -- --stack dev");
  });

  it("is found where the backend's URL is one that only Pulumi understands", () => {
    const home = process.env.HOME;
    process.env.HOME = backend;
    try {
      writeFileSync(file, "");
      writeFileSync(`${file}.bak`, '{"version":3}');
      expect(restoreState("file://~", "chat-perf", "dev")).to.equal(true);
    } finally {
      if (home === undefined) delete process.env.HOME;
      else process.env.HOME = home;
    }
  });

  it("loses attributes that were half written, which Pulumi would stop at", () => {
    writeFileSync(file, '{"version":4}');
    writeFileSync(`${file}.attrs`, "");
    expect(restore()).to.equal(true);
    expect(existsSync(`${file}.attrs`)).to.equal(false);
    expect(readFileSync(file, "utf8")).to.equal('{"version":4}');
    expect(restore()).to.equal(false);
  });

  it("is not changed when it is complete, or its copy is not", () => {
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

  it("is repaired in local backends only", () => {
    expect(restoreState(undefined, "chat-perf", "dev")).to.equal(false);
    expect(restoreState("s3://bucket", "chat-perf", "dev")).to.equal(false);
  });
});
