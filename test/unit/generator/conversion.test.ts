import { expect } from "chai";
import { RowBuffer } from "../../../generator/encoding/row-buffer";
import { converter, type Conversion } from "../../../generator/layout/conversion";
import { Ids } from "../../../generator/rows/ids";
import { Stream } from "../../../common/random";
import { small } from "./specs";

const end = Date.parse(small.windowEnd);
const DAY = 86_400_000;

/** The converted id of a row, in hexadecimal digits. */
function converted(conversion: Conversion, spec: typeof small, instant: number, n: number, part = 0): string {
  const row = new RowBuffer();
  new Ids((name) => new Stream(spec.seed, name), "messages").write(row, instant, n, part);
  const into = Buffer.alloc(64);
  const to = converter(conversion, spec)(row.bytes, 4, into, 0);
  expect(into.readInt32BE(0)).to.equal(to - 4);
  return into.toString("hex", 4, to);
}

describe("an id of another type", () => {
  const uuid: Conversion = { kind: "uuid" };
  const bigint: Conversion = { kind: "bigint", of: "messages" };

  it("is a UUID of version 7 with the row's time", () => {
    const text = converted(uuid, small, end - 5, 77);
    expect(parseInt(text.slice(0, 12), 16)).to.equal(end - 5);
    expect(text).to.match(/^.{12}7.{3}[89ab]/);
  });

  for (const [what, conversion] of Object.entries({ uuid, bigint })) {
    it(`is different for each row and each part, as ${what}`, () => {
      const ids = new Set<string>();
      for (let n = 0; n < 1000; n++)
        for (let part = 0; part < 8; part++) ids.add(converted(conversion, small, end - 1, n, part));
      expect(ids).to.have.property("size", 8000);
    });
  }

  const sizes = {
    "a small dataset": small,
    "the largest dataset": { ...small, messages: 2 ** 31 - 1, windowDays: 366 },
  };
  for (const [what, spec] of Object.entries(sizes)) {
    it(`is a positive bigint in the order of time in ${what}`, () => {
      const instants = [end - spec.windowDays * DAY, end - 40 * DAY, end - DAY, end - 100, end];
      const ids = instants.map((instant, i) =>
        Buffer.from(converted(bigint, spec, instant, spec.messages - 1 - i, i), "hex").readBigInt64BE(),
      );
      expect(ids[0]! >= 0n).to.equal(true);
      for (let i = 1; i < ids.length; i++) expect(ids[i]! > ids[i - 1]!, String(i)).to.equal(true);
    });
  }
});
