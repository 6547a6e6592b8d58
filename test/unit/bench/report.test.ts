import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { consoleText } from "../../../bench/report/console";
import { markdownText } from "../../../bench/report/markdown";
import { readResults, writeResults } from "../../../bench/report/results";
import { ExpectedError } from "../../../common/errors";
import { load, peer, results, wholeLoad } from "./results";
import { setUpEach } from "../../support/fixture";

const skipped = { ...peer("pgbench", []), skipped: "pgbench is not installed." };
const withoutBytes = peer("slow", [10]);
delete withoutBytes.runs[0]!.bytes;
const measured = results([wholeLoad("ours", [2]), wholeLoad("expert", [3]), withoutBytes, skipped]);

describe("the bench's table", () => {
  it("compares whole loads and rows, and says what is timed and where", () => {
    expect(consoleText(measured)).to.equal(`\
Whole load: empty tables to rows, keys, indexes, foreign keys, VACUUM, ANALYZE
peer    what                 rows  seconds   rows/s  MB/s  ours is
──────  ──────────────  ─────────  ───────  ───────  ────  ───────
ours    ours at work    1,000,000      4.0  250,000    75        –
expert  expert at work  1,000,000      6.0  166,667    50    1.50×

Rows alone, into tables without keys and indexes
peer    what                 rows  seconds   rows/s  MB/s  ours is
──────  ──────────────  ─────────  ───────  ───────  ────  ───────
ours    ours at work    1,000,000      2.0  500,000   150        –
expert  expert at work  1,000,000      3.0  333,333   100    1.50×
slow    slow at work    1,000,000     10.0  100,000     –    5.00×

Ours against
peer    compared by  time  rows/s  MB/s sent  MB/s of table
──────  ───────────  ────  ──────  ─────────  ─────────────
expert  whole load   0.67   1.50×      1.50×          1.50×
expert  rows         0.67   1.50×      1.50×          1.50×
slow    rows         0.20   5.00×          –          5.00×

Seconds of each phase
phase                    ours  expert
───────────────────────  ────  ──────
rows                      2.0     3.0
indexes                   2.0     3.0
together                  4.0     6.0
not counted: checkpoint   0.5     0.5

ours: What ours does.
expert: What expert does.
slow: What slow does.
pgbench: pgbench is not installed.
Medians. MB: million bytes as they are sent, for INSERTs as COPY BINARY would send the same rows.
Ours is: how many times as fast, by rows a second.
2 cores, 8 GB, Some CPU, linux x64, Node.js 20.19.0, PostgreSQL 18.4; 2025-11-30`);
  });

  it("shows rows by workers, medians of each number", () => {
    const by = (workers: number, seconds: number) => load({ workers, seconds: { rows: seconds } });
    const workers = [by(1, 10), by(2, 6), by(1, 14), by(2, 8)];
    expect(consoleText(results([], { studies: { workers } }))).to.include(`
workers       rows  seconds     rows/s  MB/s
───────  ─────────  ───────  ─────────  ────
      1  7,000,000     12.0    583,333   167
      2  7,000,000      7.0  1,000,000   286
`);
  });

  it("shows the memory of each size, where it could be seen", () => {
    const unseen = load({ messages: 20_000_000 });
    delete unseen.memory;
    expect(consoleText(results([], { studies: { memory: [load(), unseen] } }))).to.include(`
  messages  workers  processes   MB   rows/s
──────────  ───────  ─────────  ───  ───────
 5,000,000        2          4  256  700,000
20,000,000        2          –    –  700,000
`);
  });

  it("shows what a whole stack takes", () => {
    const dev = { band: "dev" as const, messages: 5_000_000, rows: 6_677_962, seconds: 72.6, bytes: 2.58e9 };
    const up = [{ ...dev, verdict: "PASS" }];
    expect(consoleText(results([], { studies: { up } }))).to.include(`
band  verdict   messages       rows  seconds  GB on disk
────  ───────  ─────────  ─────────  ───────  ──────────
dev   PASS     5,000,000  6,677,962       73         2.6
`);
  });

  it("says whether two ways of cutting gave equal content", () => {
    const text = (fingerprint: string): string =>
      consoleText(
        results([], { studies: { determinism: [load(), load({ shards: 8, workers: 1, fingerprint })] } }),
      );
    expect(text("00000000000000aa")).to.include("The content is equal");
    expect(text("00000000000000ab")).to.include("The content is NOT equal").and.include("00000000000000ab");
  });
});

describe("the bench's Markdown", () => {
  it("has the same figures, with the machine's size", () => {
    const text = markdownText(measured);
    expect(text).to.include(`\
| peer | what | rows | seconds | rows/s | MB/s | ours is |
| --- | --- | ---: | ---: | ---: | ---: | ---: |
| ours | ours at work | 1,000,000 | 4.0 | 250,000 | 75 | – |
| expert | expert at work | 1,000,000 | 6.0 | 166,667 | 50 | 1.50× |
`);
    expect(text).to.include("Medians at 5,000,000 messages on 2 cores, 8 GB, Some CPU");
  });
});

describe("the bench's JSON", () => {
  let folder: string;

  setUpEach((undo) => {
    folder = mkdtempSync(join(tmpdir(), "chat-perf-bench-json-"));
    undo(() => {
      rmSync(folder, { recursive: true });
    });
  });

  it("is kept under date and cores, a full run also as the latest", () => {
    expect(writeResults(measured, folder)).to.equal(join(folder, "2025-11-30-2cores.json"));
    expect(readdirSync(folder).sort()).to.deep.equal(["2025-11-30-2cores.json", "latest.json"]);
    expect(readResults(join(folder, "latest.json"))).to.deep.equal(measured);
  });

  it("does not become the latest when something was left out", () => {
    writeResults({ ...measured, full: false }, folder);
    expect(readdirSync(folder)).to.deep.equal(["2025-11-30-2cores-partial.json"]);
  });

  it("goes to the file that is named instead", () => {
    const output = join(folder, "deeper", "mine.json");
    expect(writeResults(measured, folder, output)).to.equal(output);
    expect(readdirSync(folder)).to.deep.equal(["deeper"]);
  });

  it("is refused when it is missing, broken or something else", () => {
    const path = join(folder, "other.json");
    expect(() => readResults(path)).to.throw(ExpectedError, "ENOENT");
    for (const content of ["{", "null", '{"verdict":"PASS"}']) {
      writeFileSync(path, content);
      expect(() => readResults(path), content).to.throw(ExpectedError, path);
    }
  });
});
