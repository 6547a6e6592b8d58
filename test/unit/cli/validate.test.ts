import { appendFileSync, cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { expect } from "chai";
import { readStackFile } from "../../../config";
import { exitCodes, parseValidateArguments } from "../../../cli/validate";
import { ExpectedError } from "../../../common/errors";
import { defaultThresholds } from "../../../validation/thresholds";

const databaseUrl = "postgresql://reader:secret@127.0.0.1:5432/chat";
const parse = (args: string[], environment: NodeJS.ProcessEnv = {}) =>
  parseValidateArguments(args, "/nowhere", environment);

describe("npm run validate", () => {
  it("takes any database by its URL, under the default thresholds", () => {
    expect(parse(["--database-url", databaseUrl, "--output", "report.json"])).to.deep.equal({
      databaseUrl,
      thresholds: defaultThresholds,
      files: { json: "report.json" },
    });
  });

  it("takes DATABASE_URL from the environment, as after sourcing a stack's file", () => {
    expect(parse([], { DATABASE_URL: databaseUrl })).to.deep.include({ databaseUrl });
  });

  it("takes two reports to compare, with a database or without", () => {
    expect(parse(["--compare", "a.json", "b.json"])).to.deep.equal({
      compare: ["a.json", "b.json"],
    });
    const url = "postgresql://owner:secret@127.0.0.1:5432/chat";
    expect(parse(["--compare", "1", "2", "--database-url", url])).to.deep.equal({
      compare: ["1", "2"],
      ownerUrl: url,
    });
    expect(() => parse(["--compare", "1"])).to.throw("needs two reports");
    expect(() => parse(["1"], { DATABASE_URL: url })).to.throw('Unexpected argument "1"');
  });

  it("lists and keeps reports as the role that owns the tables, where that is known", () => {
    const [DATABASE_URL, MIGRATION_DATABASE_URL] = ["postgresql://app@h/chat", "postgresql://owner@h/chat"];
    expect(parse(["--history"], { DATABASE_URL, MIGRATION_DATABASE_URL })).to.deep.equal({
      history: MIGRATION_DATABASE_URL,
    });
    expect(parse(["--keep"], { DATABASE_URL })).to.include({ keepAs: DATABASE_URL });
  });

  it("takes a stack's database, thresholds and dataset, which another database need not hold", () => {
    const root = mkdtempSync(join(tmpdir(), "validate-"));
    try {
      cpSync(resolve(__dirname, "../../../Pulumi.yaml"), join(root, "Pulumi.yaml"));
      mkdirSync(join(root, "prisma/migrations"), { recursive: true });
      writeFileSync(join(root, "Pulumi.dev.yaml"), "config:\n  chat-perf:tailRatio: 25\n");
      mkdirSync(join(root, ".secrets"));
      writeFileSync(join(root, ".secrets/.env.dev"), `export DATABASE_URL='${databaseUrl}'\n`);
      expect(parseValidateArguments(["--stack", "dev"], root, {})).to.deep.equal({
        databaseUrl,
        thresholds: { ...defaultThresholds, tailRatio: 25 },
        spec: readStackFile(root, "dev").dataset,
        files: {},
      });
      // The owner can log in even when the application uses all of its sessions.
      const ownerUrl = "postgresql://owner@h/chat";
      appendFileSync(join(root, ".secrets/.env.dev"), `export MIGRATION_DATABASE_URL='${ownerUrl}'\n`);
      expect(parseValidateArguments(["--stack", "dev"], root, {})).to.include({ databaseUrl: ownerUrl });
      const elsewhere = ["--stack", "dev", "--database-url", databaseUrl];
      expect(parseValidateArguments(elsewhere, root, {})).not.to.have.property("spec");
    } finally {
      rmSync(root, { recursive: true });
    }
  });

  it("prefers the URL given to the environment's", () => {
    const request = parse(["--database-url", databaseUrl], { DATABASE_URL: "postgresql://other/x" });
    expect(request).to.deep.include({ databaseUrl });
  });

  it("writes the report as JSON, as a page and for CI systems, each where it is told to", () => {
    const files = ["--output", "a.json", "--html", "b.html", "--junit", "c.xml"];
    expect(parse(["--database-url", databaseUrl, ...files])).to.deep.include({
      files: { json: "a.json", html: "b.html", junit: "c.xml" },
    });
  });

  it("says what is missing without a database", () => {
    expect(() => parse([])).to.throw(ExpectedError, /names no database[\s\S]*--stack dev/);
  });

  it("refuses a malformed URL without repeating it, as it may hold a password", () => {
    for (const url of [
      "reader:secret@host",
      "postgresql://a:secret@host:port/db",
      "mysql://a:secret@host/db",
    ]) {
      expect(() => parse(["--database-url", url])).to.throw(
        ExpectedError,
        /^(?![\s\S]*secret)[\s\S]*malformed/,
      );
    }
  });

  it("refuses options that it does not know", () => {
    expect(() => parse(["--stak", "dev"])).to.throw(ExpectedError, /--stak/);
    expect(() => parse(["dev"])).to.throw(ExpectedError, /dev/);
  });

  it("says how to create a stack that does not exist", () => {
    expect(() => parse(["--stack", "dev"])).to.throw(ExpectedError, /npm run up -- --stack dev/);
  });

  it("exits with 0 for PASS, 1 for FAIL, 2 for WARNING", () => {
    expect(exitCodes).to.deep.equal({ PASS: 0, FAIL: 1, WARNING: 2 });
  });
});
