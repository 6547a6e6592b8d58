import { execFileSync } from "node:child_process";
import { appendFileSync, copyFileSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { projectRoot } from "../../../toolchain/layout";
import { hideSalts, prepareSalts } from "../../../toolchain/salts";
import { setUpEach } from "../../support/fixture";

const bands = readdirSync(projectRoot).filter((name) => /^Pulumi\.(dev|staging|perf)\.yaml$/.test(name));
const own = "encryptionsalt: v1:gEe8ZFC4aX0=:v1:NmUD829QTFt8tWCh:9ZB6F00jnuaguwl8IxW+Wwbo+OFKMg==\n";
const secret = "  chat-perf:adminPassword:\n    secure: v1:a:b\n";

describe("the salt of a passphrase in the file of a stack", () => {
  let clone: string;
  const git = (...args: string[]): string => {
    const who = ["-c", "user.name=a", "-c", "user.email=a@example.com"];
    return execFileSync("git", [...who, ...args], { cwd: clone, encoding: "utf8" });
  };
  const fileOf = (stack: string): string => join(clone, `Pulumi.${stack}.yaml`);
  const text = (stack: string): string => readFileSync(fileOf(stack), "utf8");

  setUpEach((undo) => {
    clone = mkdtempSync(join(tmpdir(), "a clone "));
    undo(() => {
      rmSync(clone, { recursive: true });
    });
    copyFileSync(join(projectRoot, ".gitattributes"), join(clone, ".gitattributes"));
    for (const name of bands) {
      const committed = execFileSync("git", ["show", `:${name}`], { cwd: projectRoot, encoding: "utf8" });
      expect(committed).not.to.include("encryptionsalt");
      appendFileSync(join(clone, name), committed);
    }
    git("init", "--quiet");
    git("add", ".");
    git("commit", "--quiet", "--message", "a clone");
  });

  it("is that of the default passphrase in a local backend, and the clone stays clean", () => {
    prepareSalts(clone, {});
    for (const stack of ["dev", "staging", "perf"])
      expect(text(stack), stack).to.match(/^encryptionsalt: v1:/m);
    expect(git("status", "--porcelain")).to.equal("");
  });

  for (const [title, environment] of [
    ["another passphrase", { PULUMI_CONFIG_PASSPHRASE: "of a team" }],
    ["another backend", { PULUMI_BACKEND_URL: "s3://states" }],
  ] as const) {
    it(`is left to the CLI with ${title}, also after the local one was used`, () => {
      prepareSalts(clone, {});
      prepareSalts(clone, environment);
      expect(text("dev")).not.to.include("encryptionsalt");
      appendFileSync(fileOf("dev"), own);
      hideSalts(clone);
      expect(git("status", "--porcelain")).to.equal("");
      prepareSalts(clone, environment);
      expect(text("dev")).to.include(own);
    });
  }

  it("is never taken from a secret value, and is committed with it", () => {
    prepareSalts(clone, {});
    const [ours] = /^encryptionsalt: .*\n/m.exec(text("dev"))!;
    appendFileSync(fileOf("dev"), secret);
    prepareSalts(clone, { PULUMI_CONFIG_PASSPHRASE: "of a team" });
    expect(text("dev")).to.include(ours);
    expect(git("diff")).to.include(`+${ours}`);
  });

  it("does not hide or stage a change by hand", () => {
    prepareSalts(clone, {});
    appendFileSync(fileOf("dev"), "# a comment\n");
    hideSalts(clone);
    expect(git("diff", "--unified=0")).to.match(/@@.*\n\+# a comment\n$/);
    expect(git("diff", "--cached")).to.equal("");
  });

  it("needs no repository", () => {
    rmSync(join(clone, ".git"), { recursive: true });
    prepareSalts(clone, {});
    expect(text("dev")).to.match(/^encryptionsalt: v1:/m);
    expect(readdirSync(clone)).not.to.include(".git");
  });
});
