import { mkdirSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { setUp } from "../../support/fixture";
import { MochaRun } from "../../support/mocha-run";
import { processes } from "../../support/processes";
import { temporaryFolder } from "../../support/server";

/** Set-ups in four places. Each skips, throws at once, and throws after it has created a folder and a process. */
const planted = `
const { spawn } = require("node:child_process");
const { mkdtempSync, rmSync } = require("node:fs");
const { join } = require("node:path");
const { setUp, setUpEach, withUndo } = require(support + "/fixture");
const { skip } = require(support + "/skips");

function make(undo, what) {
  const folder = mkdtempSync(join(process.env.MADE, "folder-"));
  undo(() => rmSync(folder, { recursive: true }));
  const child = spawn("sleep", [process.env.SLEEP], { detached: true, stdio: "ignore" });
  undo(() => new Promise((done) => { child.on("exit", done); child.kill(); }));
}
const kinds = {
  skips: (test, undo, place) => { make(undo); skip(test, "planted (do nothing)"); },
  "throws at once": (test, undo, place) => { throw new Error("planted at once in " + place); },
  "throws half way": (test, undo, place) => { make(undo); throw new Error("planted half way in " + place); },
};
for (const [kind, fails] of Object.entries(kinds)) {
  describe("a set-up that " + kind, () => {
    describe("of a suite", () => {
      let made;
      setUp(function (undo) { fails(this, undo, "a suite"); made = "made"; });
      it("one", () => made.length);
      describe("with a suite inside that uses what was made", () => {
        setUp((undo) => { undo(() => made.dispose()); made.length; });
        it("two", () => made.length);
      });
    });
    describe("of a suite in a suite", () => {
      setUp((undo) => make(undo));
      it("one", () => undefined);
      describe("inside", () => {
        setUp(async function (undo) { await undefined; fails(this, undo, "a suite in a suite"); });
        it("two", () => undefined);
        it("three", () => undefined);
      });
    });
    describe("of each test", () => {
      setUpEach((undo) => make(undo));
      setUpEach(function (undo) { fails(this, undo, "each test"); });
      it("one", () => undefined);
      it("two", () => undefined);
    });
    describe("of one test", () => {
      it("one", withUndo(async function (undo) { await undefined; fails(this, undo, "one test"); }));
      it("two", withUndo((undo) => make(undo)));
    });
  });
}
`;

describe("a set-up that cannot be finished", () => {
  let folder: string;
  let made: string;
  const sleep = `${600 + (process.pid % 100)}.25`;

  setUp((undo) => {
    folder = temporaryFolder("planted");
    undo(() => {
      rmSync(folder, { recursive: true });
    });
    made = join(folder, "made");
    mkdirSync(made);
  });

  it("counts once, shows its own error, and leaves nothing, wherever it is", async () => {
    const run = new MochaRun(folder, planted, { MADE: made, SLEEP: sleep });
    const { code, last } = await run.end();
    // Two tests of each kind pass: one next to the inner suite, and one after the failing test.
    expect(last, run.output).to.equal("6 passed, 8 failed, 7 skipped");
    expect(code).to.equal(8);
    expect(run.output).to.include("7 skipped: 7 planted (do nothing)\n");
    for (const place of ["a suite", "a suite in a suite", "each test", "one test"]) {
      for (const kind of ["at once", "half way"])
        expect(run.output).to.include(`planted ${kind} in ${place}\n`);
    }
    expect(run.output.match(/^ +(\w*Error): (?!planted)/gm)).to.equal(null);
    expect(readdirSync(made)).to.deep.equal([]);
    expect(readdirSync(folder).sort()).to.deep.equal(["made", "planted.test.ts"]);
    expect(processes().filter(({ command }) => command === `sleep ${sleep}`)).to.deep.equal([]);
  });

  it("shows its error first when undoing fails too, and a failing undoing alone is a failure", async () => {
    const text = `
      const { setUp } = require(support + "/fixture");
      describe("both", () => {
        setUp((undo) => { undo(() => { throw new Error("planted in undoing"); }); throw new Error("planted first"); });
        it("one", () => undefined);
      });
      describe("undoing", () => {
        setUp((undo) => {
          undo(() => console.log("the first is undone too"));
          undo(() => { throw new Error("planted alone"); });
        });
        it("one", () => undefined);
      });
      it("nobody has written");`;
    const run = new MochaRun(folder, text);
    expect((await run.end()).last, run.output).to.equal("1 passed, 3 failed, 0 skipped");
    expect(run.output).to.match(
      /Error: planted first\s+Undoing what was made failed too: planted in undoing/,
    );
    expect(run.output).to.include("Error: planted alone").and.to.include("the first is undone too");
    expect(run.output).to.include("Skipped without a reason, which counts as a failure: nobody has written");
  });

  it("is required where CHAT_PERF_REQUIRE names what is missing, which knows its words", async () => {
    const text = `
      const { needs } = require(support + "/needs");
      describe("a suite", () => { needs("psql"); it("one", () => undefined); });`;
    const withheld = { CHAT_PERF_WITHHOLD: "psql" };
    const skipped = new MochaRun(folder, text, withheld);
    expect((await skipped.end()).last, skipped.output).to.equal("0 passed, 0 failed, 1 skipped");
    expect(skipped.output).to.include("1 skipped: 1 no psql (`apt-get install postgresql-client`)");
    const required = new MochaRun(folder, text, { ...withheld, CHAT_PERF_REQUIRE: "docker,psql" });
    expect((await required.end()).last).to.equal("0 passed, 1 failed, 0 skipped");
    expect(required.output).to.include("There is no psql here, and CHAT_PERF_REQUIRE names psql: `apt-get");
    const unknown = new MochaRun(folder, text, { CHAT_PERF_REQUIRE: "psql,dockre" });
    expect(await unknown.end()).to.have.property("code", 1);
    expect(unknown.output).to.match(
      /^CHAT_PERF_REQUIRE has the unknown name dockre\. The names are: docker, /,
    );
  });
});
