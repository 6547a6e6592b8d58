import { expect } from "chai";
import type { Client } from "pg";
import { Sampler } from "../../../phase2/measure/sampler";
import type { HotQuery } from "../../../phase2/queries/query-files";

const query: HotQuery = {
  name: "Q1",
  title: "a query",
  parameters: "user",
  sql: "SELECT $1",
  file: "q1.sql",
};
const cells = ["busy users", "quiet users"].map((stratum) => ({
  query,
  stratum,
  parameters: [["a"], ["b"]],
}));

describe("the statements of two arms on one connection", () => {
  it("are prepared anew for each arm, block and stratum", async () => {
    const turn: string[][] = [];
    const client = {
      query: (asked: string | { name: string }) => {
        if (typeof asked === "object") turn.at(-1)!.push(asked.name);
        return Promise.resolve({ rows: [] });
      },
    } as unknown as Client;
    const arms = ["without", "with"].map(
      () => new Sampler(client, cells, { seed: "a", passes: 1, nested: true }),
    );
    for (const [block, arm] of [0, 0, 1, 1].map((each, i) => [each, arms[i % 2]!] as const)) {
      turn.push([]);
      await arm.warmUp();
      await arm.block(block);
    }
    const names = turn.map((each) => [...new Set(each)]);
    expect(
      names.map(({ length }) => length),
      "one for each stratum",
    ).to.deep.equal([2, 2, 2, 2]);
    expect(new Set(names.flat()).size, "none of them twice").to.equal(8);
  });
});
