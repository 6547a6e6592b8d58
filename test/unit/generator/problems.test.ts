import { expect } from "chai";
import { specProblems } from "../../../generator/problems";
import type { DatasetSpec } from "../../../generator/spec";
import { small } from "./specs";

const keysOf = (spec: DatasetSpec): string[] => specProblems(spec).map(({ key }) => key);

describe("problems of a dataset's spec", () => {
  const possible: Partial<DatasetSpec>[] = [
    {},
    { messages: 5_000_000, users: 5_000, conversations: 8_000 },
    { messages: 100_000_000, users: 150_000, conversations: 300_000 },
    { messages: 300_000_000, users: 250_000, conversations: 600_000 },
    { messages: 200_000, users: 1_000, conversations: 1_000 },
    { messages: 1, users: 2, conversations: 1 },
  ];
  for (const values of possible) {
    it(`are none for ${JSON.stringify(values)}`, () => {
      expect(specProblems({ ...small, ...values })).to.deep.equal([]);
    });
  }

  const impossible: [Partial<DatasetSpec>, keyof DatasetSpec][] = [
    [{ messages: 0 }, "messages"],
    [{ messages: 1.5 }, "messages"],
    [{ messages: NaN }, "messages"],
    [{ messages: 2 ** 31 }, "messages"],
    [{ users: 1 }, "users"],
    [{ users: 60_000_000 }, "users"],
    [{ conversations: 0 }, "conversations"],
    [{ conversations: -5 }, "conversations"],
    [{ messages: 50, conversations: 51 }, "conversations"],
    [{ messages: 2_000_000_000, conversations: 10 }, "conversations"],
    [{ users: 10 }, "users"],
    [{ seed: " " }, "seed"],
    [{ alpha: 1 }, "alpha"],
    [{ alpha: 4.1 }, "alpha"],
    [{ alpha: NaN }, "alpha"],
    [{ windowDays: 0 }, "windowDays"],
    [{ windowDays: 367 }, "windowDays"],
    [{ messages: 2_000_000_000, conversations: 30_000, windowDays: 1 }, "windowDays"],
    [{ windowEnd: "yesterday" }, "windowEnd"],
    [{ windowEnd: "2025-10-01" }, "windowEnd"],
    [{ windowEnd: "2025-10-01T00:00:00+02:00" }, "windowEnd"],
    [{ windowEnd: "2025-13-01T00:00:00Z" }, "windowEnd"],
    [{ windowEnd: "1999-01-01T00:00:00Z" }, "windowEnd"],
  ];
  for (const [values, key] of impossible) {
    it(`name ${key} for ${JSON.stringify(values)}`, () => {
      const problems = specProblems({ ...small, ...values });
      expect(problems.map((problem) => problem.key)).to.deep.equal([key]);
      expect(problems[0]!.problem).to.match(new RegExp(`^${key} .*\\.$`));
    });
  }

  it("are listed together", () => {
    expect(keysOf({ ...small, messages: 0, alpha: 9, windowDays: -1 })).to.deep.equal([
      "messages",
      "windowDays",
      "alpha",
    ]);
  });
});
