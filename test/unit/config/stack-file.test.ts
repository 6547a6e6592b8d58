import { expect } from "chai";
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ConfigError, readStackFile } from "../../../config";
import { ExpectedError } from "../../../common/errors";
import { root } from "../../support/config";
import { setUpEach } from "../../support/fixture";

describe("configuration: stack files", () => {
  let project: string;
  setUpEach((undo) => {
    project = mkdtempSync(join(tmpdir(), "chat perf config "));
    undo(() => {
      rmSync(project, { recursive: true });
    });
    cpSync(join(root, "Pulumi.yaml"), join(project, "Pulumi.yaml"));
    mkdirSync(join(project, "prisma/migrations"), { recursive: true });
  });

  const write = (...lines: string[]) => {
    writeFileSync(join(project, "Pulumi.dev.yaml"), lines.join("\n"));
  };

  it("values may be quoted or not, with the namespace or without", () => {
    write("config:", "  chat-perf:messages: 200000", '  users: "300"', "  windowEnd: 2025-06-30T00:00:00Z");
    expect(readStackFile(project, "dev").dataset).to.include({
      messages: 200_000,
      users: 300,
      windowEnd: "2025-06-30T00:00:00Z",
    });
  });

  it("an empty entry is empty text, as in the engine", () => {
    write("config:", "  chat-perf:port:");
    expect(readStackFile(project, "dev").target).to.deep.equal({ kind: "embedded", version: 18 });
  });

  it("other namespaces are none of our business", () => {
    write("config:", "  postgresql:host: elsewhere", "  pulumi:tags: {a: b}");
    expect(readStackFile(project, "dev").stack).to.equal("dev");
  });

  it("a file without configuration, and no file, mean the defaults", () => {
    const defaults = readStackFile(project, "dev");
    write("encryptionsalt: v1:abc");
    expect(readStackFile(project, "dev")).to.deep.equal(defaults);
    write("");
    expect(readStackFile(project, "dev")).to.deep.equal(defaults);
  });

  it("mistakes of the file are all listed", () => {
    write("config:", "  messages: [1, 2]", "  chat-perf:users: -1", "  mesages: 5");
    expect(() => readStackFile(project, "dev"))
      .to.throw(ConfigError)
      .with.property("mistakes")
      .that.deep.equals([
        { key: "messages", problem: "must be one value, not a list or a map (you gave [1,2])" },
        { key: "users", problem: 'must be a whole number from 2 to 50,000,000 (you gave "-1")' },
        { key: "mesages", problem: "is not a known key; did you mean messages?" },
      ]);
  });

  it("a file that is not YAML is named, with the place", () => {
    write("config:", "  chat-perf:users: 5", " chat-perf:messages: 5");
    expect(() => readStackFile(project, "dev")).to.throw(
      ExpectedError,
      /Cannot read Pulumi\.dev\.yaml: .*line 3/s,
    );
    write("config: 5");
    expect(() => readStackFile(project, "dev")).to.throw(ExpectedError, /Pulumi\.dev\.yaml has no map/);
  });
});
