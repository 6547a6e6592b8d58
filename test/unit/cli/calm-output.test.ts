import { Readable } from "node:stream";
import { expect } from "chai";
import { calmLines, showCalmly } from "../../../cli/calm-output";
import { forTerminal } from "../../../cli/plain-text";

const event = (severity: string, message: string, urn?: string): string =>
  JSON.stringify({ sequence: 1, diagnosticEvent: { message, severity, ...(urn !== undefined && { urn }) } });

describe("what npm run up shows", () => {
  it("is what the tasks say, line by line, and nothing of the engine's inner life", () => {
    expect(calmLines(event("info", "[1/8] Checking PostgreSQL connectivity...\n"))).to.deep.equal([
      "[1/8] Checking PostgreSQL connectivity...",
    ]);
    expect(calmLines(event("info", "a\nb\n"))).to.deep.equal(["a", "b"]);
    expect(calmLines(event("debug", "RegisterResource RPC prepared"))).to.deep.equal([]);
    expect(calmLines('{"resourcePreEvent":{"metadata":{"op":"create"}}}')).to.deep.equal([]);
  });

  it("is an error or a warning whole, with the resource it is about", () => {
    const urn = "urn:pulumi:dev::chat-perf::chat-perf:postgres:EmbeddedServer$a:b:C::dev-server";
    expect(calmLines(event("error", "error: it failed\n  Do this.\n", urn))).to.deep.equal([
      "",
      "error (dev-server): it failed",
      "  Do this.",
    ]);
    const stack = "urn:pulumi:dev::chat-perf::pulumi:pulumi:Stack::chat-perf-dev";
    expect(calmLines(event("warning", "careful\n", stack))).to.deep.equal(["", "warning: careful"]);
  });

  it("says what to do about errors of the official plugins, which do not say it themselves", () => {
    const refreshed = `error: error reading statement_timeout: strconv.Atoi: parsing "5s": invalid syntax`;
    expect(calmLines(event("error", refreshed)).at(-1)).to.include("once without --refresh");
    const role = "error: error creating role a: pq: password type is not a plain text (28000)";
    expect(calmLines(event("error", role)).at(-1)).to.include("Set chat-perf:passwordForm to cleartext");
    const docker = "error: failed to connect to any docker daemon";
    expect(calmLines(event("error", docker)).at(-1)).to.include("DOCKER_HOST");
    const exists = 'error: error creating role a: pq: role "a" already exists (42710)';
    expect(calmLines(event("error", exists))).to.have.length(2);
  });

  it("ends with the error of the server where there is one, and counts what could not be read for it", async () => {
    const grant = "urn:pulumi:dev::chat-perf::postgresql:index/grant:Grant::dev-database-connect";
    const server = "urn:pulumi:dev::chat-perf::pulumi-nodejs:dynamic/chatperf:EmbeddedServer::dev-server";
    const refused = event("error", "error connecting to PostgreSQL server a: dial tcp: refused", grant);
    const lost = event("error", "The folder is gone.\n  Run this.\n", server);
    const summary = JSON.stringify({ summaryEvent: { durationSeconds: 1 } });
    const shown = async (...events: string[]) => {
      const lines: string[] = [];
      await showCalmly(Readable.from(events.map((each) => `${each}\n`)), (line) => lines.push(line));
      return lines.join("\n").trim();
    };
    expect(await shown(refused, lost, refused, summary)).to.equal(
      "Resources: none, in 1 s\n\n2 resources in the server could not be read.\n\n" +
        "error (dev-server): The folder is gone.\n  Run this.",
    );
    expect(await shown(refused, summary)).to.include(
      "(dev-database-connect): error connecting to PostgreSQL",
    );
    expect(await shown(event("info", "Starting PostgreSQL", server), refused)).to.match(
      /^Starting.*refused$/s,
    );
  });

  it("is what was done, in the end", () => {
    const summary = { durationSeconds: 20, resourceChanges: { same: 40, update: 2, create: 1 } };
    expect(calmLines(JSON.stringify({ summaryEvent: summary }))).to.deep.equal([
      "",
      "Resources: 1 created, 2 updated, 40 unchanged, in 20 s",
    ]);
  });

  it("is what the CLI says in words, when it says no events", async () => {
    const lines: string[] = [];
    await showCalmly(Readable.from(["error: no such stack\n", "\n"]), (line) => lines.push(line));
    expect(lines).to.deep.equal(["error: no such stack"]);
  });
});

describe("a terminal without Unicode", () => {
  it("is shown the same in ASCII", () => {
    expect(forTerminal("║ ✓ Ready → ≥ 5 … é", { LANG: "C" })).to.equal("| OK Ready -> >= 5 ... ?");
    expect(forTerminal("║  ✓ Complete   ║\n║  ✓ Ready      ║", { LANG: "C" })).to.equal(
      "|  OK Complete  |\n|  OK Ready     |",
    );
    expect(forTerminal("⚠ within ±10 %, – none", { LANG: "C" })).to.equal("! within +/-10 %, - none");
    expect(forTerminal("✓", { LC_ALL: "POSIX", LANG: "en_US.UTF-8" })).to.equal("OK");
  });

  it("is only one whose locale says so", () => {
    for (const environment of [
      {},
      { LANG: "de_DE.UTF-8" },
      { LC_CTYPE: "C.utf8", LANG: "C" },
      { LC_ALL: "" },
    ]) {
      expect(forTerminal("✓ ║", environment)).to.equal("✓ ║");
    }
  });
});
