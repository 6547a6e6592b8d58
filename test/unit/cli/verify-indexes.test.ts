import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { expect } from "chai";
import { exitCodes } from "../../../cli/verify-indexes";
import { parseVerifyArguments } from "../../../cli/verify-request";
import { ExpectedError } from "../../../common/errors";

const ownerUrl = "postgresql://owner:secret@127.0.0.1:5432/chat";
const environment = { MIGRATION_DATABASE_URL: ownerUrl };
const parse = (args: string[], variables: NodeJS.ProcessEnv = environment) =>
  parseVerifyArguments(args, "/nowhere", variables);

describe("npm run verify-indexes", () => {
  it("captures before and after into pre.json and post.json, or where it is told to", () => {
    expect(parse(["--pre-optimization"])).to.deep.equal({
      action: "pre-optimization",
      ownerUrl,
      seed: "chat-perf",
      blocks: 20,
      output: "pre.json",
    });
    expect(
      parse(["--post-optimization", "--output", "b.json", "--seed", "s", "--blocks", "40"]),
    ).to.deep.equal({
      action: "post-optimization",
      ownerUrl,
      seed: "s",
      blocks: 40,
      output: "b.json",
    });
  });

  it("measures in turns, with both sides equal or not, and writes the comparison where it is told to", () => {
    const measured = { ownerUrl, seed: "chat-perf", blocks: 20 };
    expect(parse(["--ab"])).to.deep.equal({ action: "ab", ...measured, files: {} });
    expect(parse(["--aa", "--output", "c.json", "--html", "c.html"])).to.deep.equal({
      action: "aa",
      ...measured,
      files: { json: "c.json", html: "c.html" },
    });
  });

  it("builds and drops the indexes", () => {
    expect(parse(["--apply"])).to.deep.equal({ action: "apply", ownerUrl });
    expect(parse(["--revert"])).to.deep.equal({ action: "revert", ownerUrl });
  });

  it("compares two captures without any database", () => {
    expect(parse(["--compare", "pre.json", "post.json", "--html", "c.html"], {})).to.deep.equal({
      action: "compare",
      captures: ["pre.json", "post.json"],
      files: { html: "c.html" },
    });
    expect(() => parse(["--compare", "pre.json"])).to.throw(ExpectedError, "--compare takes two files");
    expect(() => parse(["--ab", "pre.json"])).to.throw(ExpectedError, 'Unexpected argument "pre.json"');
  });

  it("takes a stack's database, and the server that it may restart", () => {
    const root = mkdtempSync(join(tmpdir(), "verify-indexes-"));
    try {
      cpSync(resolve(__dirname, "../../../Pulumi.yaml"), join(root, "Pulumi.yaml"));
      mkdirSync(join(root, "prisma/migrations"), { recursive: true });
      writeFileSync(join(root, "Pulumi.dev.yaml"), "config:\n  chat-perf:dataDir: data\n");
      mkdirSync(join(root, ".secrets"));
      writeFileSync(join(root, ".secrets/.env.dev"), `export MIGRATION_DATABASE_URL='${ownerUrl}'\n`);
      const machine = { kind: "embedded", dataDirectory: join(root, "data") };
      const request = { action: "apply", ownerUrl };
      expect(parseVerifyArguments(["--apply", "--stack", "dev"], root, {})).to.deep.equal({
        ...request,
        machine,
      });
      const elsewhere = ["--apply", "--stack", "dev", "--database-url", ownerUrl];
      expect(parseVerifyArguments(elsewhere, root, {})).to.deep.equal(request);
    } finally {
      rmSync(root, { recursive: true });
    }
  });

  it("does one thing at a time, and something", () => {
    expect(() => parse(["--apply", "--revert"])).to.throw(ExpectedError, "--apply and --revert");
    expect(() => parse([])).to.throw(ExpectedError, /^No action is named\.\n {2}Name one, such as --ab/);
  });

  it("takes an even number of blocks, enough of them to be judged", () => {
    for (const blocks of ["9", "11", "-10", "many", "1e2"]) {
      expect(() => parse(["--ab", `--blocks=${blocks}`])).to.throw(ExpectedError, blocks);
    }
  });

  it("takes the number of passes in a block", () => {
    expect(parse(["--ab", "--passes=3"])).to.include({ passes: 3 });
    for (const passes of ["0", "-1", "many", "1.5"]) {
      expect(() => parse(["--ab", `--passes=${passes}`])).to.throw(ExpectedError, "--passes must be");
    }
  });

  it("takes a budget for the size of the indexes as a percentage", () => {
    expect(parse(["--ab", "--budget", "20%"])).to.include({ budget: 0.2 });
    expect(parse(["--compare", "a.json", "b.json", "--budget=7.5 %"], {})).to.include({ budget: 0.075 });
    for (const budget of ["20", "0%", "1GB", "-5%"]) {
      expect(() => parse(["--ab", `--budget=${budget}`])).to.throw(
        ExpectedError,
        "--budget must be a percentage",
      );
    }
  });

  it("takes the application's role from DATABASE_URL when that names the same database", () => {
    const applicationUrl = ownerUrl.replace("owner:secret", "app:word");
    const of = (url: string) => parse(["--ab"], { ...environment, DATABASE_URL: url });
    expect(of(applicationUrl)).to.include({ applicationUrl });
    for (const other of [applicationUrl.replace("/chat", "/shop"), "mysql://127.0.0.1/chat", "nonsense"]) {
      expect(of(other)).not.to.have.property("applicationUrl");
    }
  });

  it("says what is missing without a database, and how to create a stack that does not exist", () => {
    expect(() => parse(["--ab"], {})).to.throw(ExpectedError, /No database to measure[\s\S]*--stack dev/);
    expect(() => parse(["--ab", "--stack", "dev"])).to.throw(ExpectedError, /npm run up -- --stack dev/);
    expect(() => parse(["--ab", "--stak", "dev"])).to.throw(ExpectedError, /--stak/);
  });

  it("refuses a malformed URL without repeating it, as it may hold a password", () => {
    expect(() => parse(["--ab", "--database-url", "owner:secret@host"])).to.throw(
      ExpectedError,
      /^(?![\s\S]*secret)[\s\S]*malformed/,
    );
  });

  it("exits with 0 for GO, 1 for NO-GO, 2 when it is inconclusive", () => {
    expect(exitCodes).to.deep.equal({ GO: 0, "NO-GO": 1, INCONCLUSIVE: 2 });
  });
});
