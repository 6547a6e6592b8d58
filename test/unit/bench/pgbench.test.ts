import { expect } from "chai";
import { accountsBytes, phasesOf } from "../../../bench/peers/pgbench";

describe("pgbench in the bench", () => {
  it("tells its phases in its last line", () => {
    const output =
      "creating tables...\n10000000 of 10000000 tuples (100%) done (elapsed 7.02 s, remaining 0.00 s)\nvacuuming...\n" +
      "done in 9.91 s (drop tables 0.00 s, create tables 0.01 s, client-side generate 7.10 s, vacuum 0.36 s, primary keys 2.44 s).\n";
    expect(phasesOf(output)).to.deep.equal({
      "drop tables": 0,
      "create tables": 0.01,
      rows: 7.1,
      vacuum: 0.36,
      "primary keys": 2.44,
    });
    expect(phasesOf("")).to.deep.equal({});
  });

  it("sends as many bytes as the text of its accounts has", () => {
    let bytes = 0;
    for (let aid = 1; aid <= 300_000; aid++) {
      bytes += `${aid}\t${Math.floor((aid - 1) / 100_000) + 1}\t0\t\n`.length;
    }
    expect(accountsBytes(3)).to.equal(bytes);
  });
});
