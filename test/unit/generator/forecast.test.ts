import { expect } from "chai";
import fc from "fast-check";
import { extrapolate } from "../../../generator/forecast/calibrate";
import { forecast, type Forecast } from "../../../generator/forecast/forecast";
import { forecastLines } from "../../../generator/forecast/format";
import { scaledDown } from "../../../generator/forecast/sample";
import { makePlan } from "../../../generator/plan/plan";
import { READING } from "../../../generator/plan/message-shard";
import type { DatasetSpec } from "../../../generator/spec";
import { tableNames } from "../../../generator/tables";
import { anySpec, messagesOf, small } from "./specs";

const perf: DatasetSpec = { ...small, messages: 300_000_000, users: 250_000, conversations: 600_000 };
const GB = 2 ** 30;

describe("the forecast", function () {
  this.timeout(60_000);

  it("is exact about the rows of a small dataset, and the same each time", () => {
    const { tables, rows } = forecast(small);
    const plan = makePlan(small);
    const read = messagesOf(plan).filter(({ reading }) => reading === READING.recorded).length;
    expect(tables.users.rows).to.equal(small.users);
    expect(tables.conversations.rows).to.equal(small.conversations);
    expect(tables.conversation_users.rows).to.equal(plan.members.user.length);
    expect(tables.messages.rows).to.equal(small.messages);
    expect(tables.message_reads.rows).to.equal(read);
    expect(rows).to.equal(tableNames.reduce((sum, table) => sum + tables[table].rows, 0));
    expect(forecast(small)).to.deep.equal(forecast(small));
  });

  it("plans no more for a dataset of any size, and keeps its shape", () => {
    const smaller = scaledDown(perf);
    expect(smaller.messages).to.be.at.most(2_000_000);
    expect(smaller.conversations).to.be.at.most(10_000);
    expect(smaller.users).to.be.at.most(10_000);
    expect(smaller.messages / smaller.conversations).to.be.closeTo(500, 1);
    const { tables } = forecast(perf);
    expect(tables.messages.rows).to.equal(perf.messages);
    expect(tables.users.rows).to.equal(perf.users);
    expect(tables.attachments.rows / perf.messages).to.be.closeTo(0.225, 0.01);
    expect(tables.message_reads.rows / perf.messages).to.be.closeTo(0.1, 0.01);
    expect(tables.conversation_users.rows / perf.conversations).to.be.closeTo(5.3, 0.1);
  });

  it("counts the members of many conversations, of which large groups have a good part", () => {
    const many = { ...small, messages: 60_000, users: 5000, conversations: 30_000 };
    expect(forecast(many).tables.conversation_users.rows).to.equal(makePlan(many).members.user.length);
  });

  it("is a number of bytes for any dataset that can be made", () => {
    fc.assert(
      fc.property(anySpec, (spec) => {
        const { rows, totalBytes, peakBytes } = forecast(spec);
        expect(rows).to.be.at.least(spec.users + spec.conversations + spec.messages);
        // Each of the six tables and 18 indexes has a page at least.
        expect(totalBytes).to.be.at.least(24 * 8192);
        expect(peakBytes).to.be.at.least(totalBytes);
      }),
      { numRuns: 25, seed: 4 },
    );
  });

  it("adds up, and needs more than the result while loading: WAL, and the files of sorts when they are large", () => {
    const check = ({ tables, heapBytes, indexBytes, totalBytes }: Forecast): void => {
      const heaps = tableNames.map((table) => tables[table].heapBytes);
      const indexes = tableNames.flatMap((table) =>
        Object.values(tables[table].indexes).map(({ bytes }) => bytes),
      );
      expect(heapBytes).to.equal(heaps.reduce((a, b) => a + b));
      expect(indexBytes).to.equal(indexes.reduce((a, b) => a + b));
      expect(totalBytes).to.equal(heapBytes + indexBytes);
    };
    const [few, many] = [forecast(small), forecast(perf, 1)];
    check(few);
    check(many);
    expect(few.peakBytes).to.equal(2 * few.totalBytes);
    // The primary key of messages is built after their other indexes: 300 million entries of 40 bytes and their lengths.
    const ofMessages = Object.values(many.tables.messages.indexes).map(({ bytes }) => bytes);
    const building = ofMessages.reduce((a, b) => a + b) + 300e6 * 48;
    expect(many.peakBytes - many.heapBytes).to.equal(4 * GB + building);
    // A second connection builds the next index meanwhile.
    expect(forecast(perf, 2).peakBytes).to.be.greaterThan(many.peakBytes);
  });

  it("grows with each of its sizes", () => {
    const grows = (...specs: DatasetSpec[]): void => {
      const all = specs.map((spec) => forecast(spec));
      for (const figure of ["rows", "heapBytes", "indexBytes", "totalBytes", "peakBytes"] as const) {
        const figures = all.map((each) => each[figure]);
        expect(figures, figure).to.deep.equal(figures.toSorted((a, b) => a - b));
        expect(new Set(figures).size, figure).to.equal(specs.length);
      }
    };
    const base = { ...small, messages: 100_000, users: 5000, conversations: 1000 };
    grows(small, base, { ...base, messages: 1e7 }, { ...base, messages: 2e9, conversations: 100_000 });
    grows(...[2000, 200_000].map((users) => ({ ...base, users })));
    grows(...[100, 10_000, 100_000].map((conversations) => ({ ...base, conversations })));
  });
});

describe("the forecast's text", () => {
  const table = (rows: number, heap: number, indexBytes: number) => ({
    rows,
    heapBytes: heap,
    indexes: { pkey: { rows, bytes: indexBytes } },
  });
  const expected: Forecast = {
    tables: {
      users: table(5000, 1e6, 1e6),
      conversations: table(8000, 1e6, 1e6),
      conversation_users: table(40_000, 8e6, 6e6),
      messages: table(5e6, 1.6e9, 334e6),
      attachments: table(1.1e6, 370e6, 106e6),
      message_reads: table(0.5e6, 70e6, 90e6),
    },
    rows: 6_653_000,
    heapBytes: 2.05e9,
    indexBytes: 538e6,
    totalBytes: 2.588e9,
    peakBytes: 3.66e9,
  };

  it("says totals, then the tables that count", () => {
    expect(forecastLines(expected, 48)).to.deep.equal([
      "forecast: 6.7 M rows, 2.59 GB on disk, at most 3.66 GB while loading, about 48 s",
      "forecast: messages 1.6 GB and its indexes 334 MB, attachments 370 MB and 106 MB, message_reads 70 MB and 90 MB, others 18 MB",
    ]);
  });

  it("says nothing of the time where it is not known", () => {
    expect(forecastLines(expected)[0]).to.match(/while loading$/);
    expect(forecastLines({ ...expected, rows: 31_400 })[0]).to.match(/^forecast: 31,400 rows, /);
  });
});

describe("the forecast of time", () => {
  const [few, many] = [forecast(small), forecast({ ...small, messages: 100_000 })];
  const rates = { sending: 1e-8, sorting: 0, scanning: 0 };

  it("divides the sending among the workers, as far as there are processors for them", () => {
    const one = extrapolate(rates, few, 1, 8);
    expect(one).to.equal(few.heapBytes * 1e-8);
    expect(extrapolate(rates, few, 4, 8)).to.be.closeTo(one / 4, 1e-9);
    expect(extrapolate(rates, few, 4, 3)).to.be.closeTo(one / 2, 1e-9);
    expect(extrapolate(rates, few, 4, 1)).to.equal(one);
  });

  it("adds sorts, which grow faster than their entries, and scans", () => {
    const sorting = { ...rates, sending: 0, sorting: 1e-7 };
    expect(extrapolate(sorting, many, 1) / extrapolate(sorting, few, 1)).to.be.greaterThan(
      many.tables.messages.rows / few.tables.messages.rows,
    );
    const all = { sending: 1e-8, sorting: 1e-7, scanning: 1e-8 };
    expect(extrapolate(all, few, 1)).to.be.closeTo(
      extrapolate(rates, few, 1) + extrapolate(sorting, few, 1) + 3 * few.heapBytes * 1e-8,
      1e-9,
    );
  });
});
