import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import type { Capture } from "../../phase2/capture";
import { chatDatasetSql } from "../support/chat-dataset";
import { execute } from "../support/database-copies";
import { setUp } from "../support/fixture";
import type { Ending } from "../support/generate-run";
import { startTestServer, temporaryFolder, type TestDatabase } from "../support/server";
import { VerifyRun } from "../support/verify-run";

describe("npm run verify-indexes, as a program", () => {
  let database: TestDatabase;
  let folder: string;
  const file = (name: string): string => join(folder, name);
  const run = (...options: string[]): Promise<Ending> => new VerifyRun(database.ownerUrl, ...options).ending;

  setUp(async (undo) => {
    folder = temporaryFolder("verify");
    undo(() => {
      rmSync(folder, { recursive: true });
    });
    database = await (await startTestServer()).createDatabase();
    undo(() => database.drop());
    await execute(database.ownerUrl, chatDatasetSql());
  });

  it("goes from a capture before to the verdict, and refuses every step that comes too early, and captures that do not belong together", async () => {
    const [pre, post, html, json] = ["pre.json", "post.json", "verdict.html", "verdict.json"].map(file);
    const capture = (kind: string, output: string) =>
      run(`--${kind}`, "--blocks=10", "--passes=1", "--output", output);

    const early = await capture("post-optimization", post!);
    expect(early.code).to.equal(3);
    expect(early.output).to.match(/^Database "chat_\w+" lacks indexes of phase 2: [^]*--apply/);
    expect(existsSync(post!)).to.equal(false);
    const nothing = await run("--compare", pre!, post!);
    expect(nothing).to.include({ code: 3 });
    expect(nothing.output).to.match(/pre\.json cannot be read: ENOENT[^\n]*\n {2}Give a file that --pre-/);

    const before = await capture("pre-optimization", pre!);
    expect(before.code, before.output).to.equal(0);
    expect(before.output).to.match(/✓ Capture written to: \S+pre\.json\n$/);
    expect((await run("--apply")).output).to.match(/(✓ \S+: built in [\d.]+ s, \d+ kB\n){3}$/);
    expect((await capture("pre-optimization", pre!)).output).to.include("--revert");
    const after = await capture("post-optimization", post!);
    expect(after.code, after.output).to.equal(0);

    const compared = await run("--compare", pre!, post!, "--html", html!, "--output", json!);
    expect(compared.output).to.match(/INDEX VERDICT: (GO|NO-GO|INCONCLUSIVE) /);
    const { verdict } = JSON.parse(readFileSync(json!, "utf8")) as {
      verdict: "GO" | "NO-GO" | "INCONCLUSIVE";
    };
    expect(compared.code).to.equal({ GO: 0, "NO-GO": 1, INCONCLUSIVE: 2 }[verdict]);
    expect(readFileSync(html!, "utf8")).to.match(/^<!doctype html>/i);

    const swapped = await run("--compare", post!, pre!);
    expect(swapped).to.include({ code: 3 });
    expect(swapped.output).to.include("swapped");

    const captured = JSON.parse(readFileSync(post!, "utf8")) as Capture;
    captured.conditions.dataset.messages = "7 rows";
    captured.conditions.settings.work_mem = "64MB";
    writeFileSync(post!, JSON.stringify(captured));
    const changed = await run("--compare", pre!, post!);
    expect(changed).to.include({ code: 3 });
    expect(changed.output)
      .to.match(/dataset\.messages: \d+ rows before, 7 rows after/)
      .and.to.include("settings.work_mem: 4MB before, 64MB after");

    expect((await run("--revert")).output).to.match(/^(✓ \S+: dropped\n){3}$/);
  });

  it("says how many false alarms there are between two equal sides", async () => {
    const html = file("equal.html");
    const { code, output } = await run("--aa", "--blocks=10", "--passes=1", "--html", html);
    expect(output, "there is nothing to decide").not.to.include("INDEX VERDICT");
    const [line, alarms] = /\nA\/A: (\d+) false alarms? in 15 comparisons/.exec(output)!;
    expect(readFileSync(html, "utf8")).to.include(line.trim()).and.not.to.include("Verdict: ");
    expect(code).to.equal(alarms === "0" ? 0 : 1);
  });

  it("ends with 3 and one message, without a stack trace or the password, when it cannot run", async () => {
    const { code, output } = await new VerifyRun(database.ownerUrl.replace(/[^/]*$/, "no_such"), "--ab")
      .ending;
    expect(code).to.equal(3);
    expect(output)
      .to.include("no_such")
      .and.not.to.match(/^\s+at /m);
    expect(output).not.to.include(new URL(database.ownerUrl).password);
  });
});
