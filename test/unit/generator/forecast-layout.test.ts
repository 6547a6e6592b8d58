import { expect } from "chai";
import {
  btreeBytes,
  heapTupleBytes,
  HeapSize,
  indexTupleBytes,
  type Field,
} from "../../../generator/forecast/layout";

const PAGE = 8192;
const text = (bytes: number | null): Field => ({ type: "text", bytes });
const boolean: Field = { type: "boolean", bytes: 1 };
const timestamp: Field = { type: "timestamp", bytes: 8 };
const integer: Field = { type: "integer", bytes: 4 };

describe("the forecast's layout of rows", () => {
  it("puts each value on its boundary behind a header of 24 bytes", () => {
    expect(heapTupleBytes([boolean])).to.equal(24 + 1);
    expect(heapTupleBytes([boolean, timestamp])).to.equal(24 + 8 + 8);
    expect(heapTupleBytes([boolean, integer, boolean])).to.equal(24 + 4 + 4 + 1);
  });

  it("gives a short text a header of one byte, and from 127 bytes on one of four on its boundary", () => {
    expect(heapTupleBytes([boolean, text(126)])).to.equal(24 + 1 + 1 + 126);
    expect(heapTupleBytes([boolean, text(127)])).to.equal(24 + 4 + 4 + 127);
  });

  it("has room for the nulls of eight columns in the header", () => {
    const eight = [text(null), ...Array<Field>(7).fill(boolean)];
    expect(heapTupleBytes(eight)).to.equal(24 + 7);
    expect(heapTupleBytes([...eight, boolean])).to.equal(32 + 8);
    expect(heapTupleBytes(Array<Field>(9).fill(boolean))).to.equal(24 + 9);
  });

  it("fills pages: 136 rows of 56 bytes and their line pointers", () => {
    const heap = new HeapSize();
    for (let i = 0; i < 136; i++) heap.add([text(25)]);
    expect(heap.bytes).to.be.within(PAGE - 8 - 8, PAGE);
    heap.add([text(25)]);
    expect(heap.bytes).to.be.closeTo(PAGE + 60, 2);
  });

  it("compresses the text of a row longer than a quarter of a page, and moves it out where that is too little", () => {
    const bytesOf = (length: number): number => {
      const heap = new HeapSize();
      for (let i = 0; i < 100; i++) heap.add([text(25), text(length)]);
      return heap.bytes / 100;
    };
    expect(bytesOf(1900)).to.be.closeTo(PAGE / 4, 5);
    // 570 + 0.425 * 2300 = 1548 bytes: five rows in a page.
    expect(bytesOf(2300)).to.be.closeTo(PAGE / 5, 25);
    // 2695 bytes in two pieces elsewhere, and a pointer of 18 bytes.
    expect(bytesOf(5000)).to.be.closeTo(2695 + 126 + 24 + 26 + 18 + 4 + 8, 12);
  });
});

describe("the forecast's layout of indexes", () => {
  const id = indexTupleBytes([25]);

  it("has entries of a header, the texts with a header each, and the rest of a boundary", () => {
    expect(id).to.equal(40);
    expect(indexTupleBytes([25, 25])).to.equal(64);
    expect(indexTupleBytes([22])).to.equal(32);
  });

  it("fills leaves to 90 % and has the pages above them", () => {
    expect(btreeBytes(0, 0, id)).to.equal(PAGE);
    expect(btreeBytes(1, 1, id)).to.equal(2 * PAGE);
    // 166 entries of 44 bytes are the most in a leaf.
    expect(btreeBytes(166, 166, id)).to.equal(2 * PAGE);
    expect(btreeBytes(167, 167, id)).to.equal(4 * PAGE);
    // The server has 31 leaves and a root.
    expect(btreeBytes(5000, 5000, id)).to.equal(33 * PAGE);
  });

  it("stores the rows of equal keys as lists, six bytes a row", () => {
    const rows = 1_000_000;
    const perRow = (distinct: number): number => btreeBytes(rows, distinct, id) / rows;
    expect(perRow(1)).to.be.within((812 / 128) * (8192 / 7325), 7.3);
    for (const [more, fewer] of [
      [rows, rows / 2],
      [rows / 2, rows / 100],
      [rows / 100, rows / 10_000],
    ] as const) {
      expect(perRow(more)).to.be.greaterThan(perRow(fewer));
    }
  });
});
