import { execFileSync } from "node:child_process";
import {
  chmodSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { expect } from "chai";
import { setUpEach } from "../../support/fixture";
import { skipWithout } from "../../support/needs";

const project = resolve(__dirname, "../../..");

describe("the loader of TypeScript", () => {
  let folder: string;
  let cache: string;

  setUpEach((undo) => {
    folder = mkdtempSync(join(tmpdir(), "chat-perf-typescript-"));
    undo(() => {
      rmSync(folder, { recursive: true, force: true });
    });
    cache = join(folder, "node_modules", ".cache", "chat-perf");
    mkdirSync(join(folder, "node_modules"));
    mkdirSync(join(folder, "runtime"));
    cpSync(join(project, "runtime", "typescript.cjs"), join(folder, "runtime", "typescript.cjs"));
    symlinkSync(join(project, "node_modules", "sucrase"), join(folder, "node_modules", "sucrase"));
    writeFileSync(join(folder, "answer.ts"), "export const answer: number = 42;\n");
    writeFileSync(join(folder, "main.ts"), 'import { answer } from "./answer";\nconsole.log(answer);\n');
  });

  const run = (file = "main.ts"): string =>
    execFileSync(process.execPath, ["--require", "./runtime/typescript.cjs", file], {
      cwd: folder,
      encoding: "utf8",
      stdio: ["ignore", "pipe", "pipe"],
    });

  it("runs a program of several files", () => {
    expect(run()).to.equal("42\n");
  });

  it("keeps what it has compiled, and compiles a changed file again", () => {
    run();
    const before = readdirSync(cache);
    expect(run()).to.equal("42\n");
    expect(readdirSync(cache)).to.have.members(before).and.have.length(2);
    writeFileSync(join(folder, "answer.ts"), 'export const answer: string = "43";\n');
    expect(run()).to.equal("43\n");
    expect(readdirSync(cache)).to.include.members(before).and.have.length(3);
  });

  it("works where it can keep nothing", () => {
    writeFileSync(join(folder, "node_modules", ".cache"), "This is no folder.");
    expect(run()).to.equal("42\n");
  });

  it("neither runs nor keeps anything where others could have written it", () => {
    run();
    for (const name of readdirSync(cache)) writeFileSync(join(cache, name), "console.log('planted');");
    for (const open of [cache, join(cache, ".."), join(cache, "../..")]) {
      chmodSync(open, 0o777);
      expect(run(), open).to.equal("42\n");
      chmodSync(open, 0o755);
    }
    expect(run(), "when nobody else could have").to.equal("planted\n");
  });

  it("keeps files that only their owner can write, whatever the umask", () => {
    const umask = process.umask(0);
    try {
      run();
    } finally {
      process.umask(umask);
    }
    for (const path of [cache, join(cache, ".."), ...readdirSync(cache).map((name) => join(cache, name))]) {
      expect(statSync(path).mode & 0o022, path).to.equal(0);
    }
  });

  it("keeps nothing in a clone of another user, not even as root", async function () {
    await skipWithout(this, "root");
    execFileSync("chown", ["-R", "nobody", folder]);
    expect(run()).to.equal("42\n");
    expect(readdirSync(join(folder, "node_modules"))).not.to.include(".cache");
  });

  it("names the source's line in an error, compiled now or before", () => {
    writeFileSync(
      join(folder, "fail.ts"),
      'interface Unused {\n  a: number;\n}\n\nexport function fail(u?: Unused): never {\n  throw new Error("no", { cause: u });\n}\nfail();\n',
    );
    for (const time of ["now", "before"]) {
      expect(() => run("fail.ts"), time).to.throw(/at fail \(.*fail\.ts:6:9\)/);
    }
  });

  it("leaves the files of packages alone", () => {
    mkdirSync(join(folder, "node_modules", "plain"));
    writeFileSync(join(folder, "node_modules", "plain", "index.js"), "module.exports = 'as it is';\n");
    writeFileSync(
      join(folder, "uses.ts"),
      'import plain = require("plain");\nconsole.log(plain, require("node:module")._extensions[".js"] === before);\n',
    );
    writeFileSync(
      join(folder, "before.cjs"),
      'globalThis.before = require("node:module")._extensions[".js"];\n',
    );
    const output = execFileSync(
      process.execPath,
      ["--require", "./before.cjs", "--require", "./runtime/typescript.cjs", "uses.ts"],
      { cwd: folder, encoding: "utf8" },
    );
    expect(output).to.equal("as it is true\n");
  });
});
