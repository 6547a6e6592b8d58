import { expect } from "chai";
import fc from "fast-check";
import { TimeSort } from "../../../generator/plan/time-sort";
import { repeatable } from "./specs";

const START = Date.UTC(2025, 0, 1);
const YEAR = 366 * 86_400_000;

describe("the sort by time", () => {
  it("puts places in order of their instants, equal ones in order of place, slice after slice", () => {
    const sort = new TimeSort();
    // Few or many times, which are spread over an hour or a year, or all equal.
    const slice = fc
      .constantFrom(0, 20, 3_600_000, YEAR)
      .chain((span) => fc.array(fc.integer({ min: 0, max: span }), { maxLength: 300 }));
    fc.assert(
      fc.property(slice, (offsets) => {
        const at = Float64Array.from(offsets, (offset) => START + offset);
        const places = offsets.map((_, place) => place);
        const expected = places.toSorted((a, b) => at[a]! - at[b]! || a - b);
        expect([...sort.sort(at, at.length).subarray(0, at.length)]).to.deep.equal(expected);
      }),
      repeatable,
    );
  });
});
