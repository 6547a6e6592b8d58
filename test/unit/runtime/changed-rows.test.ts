import { expect } from "chai";
import { changedSince } from "../../../runtime/changed-rows";

describe("rows that somebody has changed by hand", () => {
  const loaded = { counts: { users: 500, messages: 20_000 }, fingerprint: { users: "a", messages: "b" } };

  it("are named by a refresh, with table, number and what happens to them", () => {
    const now = { counts: { users: 501, messages: 18_766 }, fingerprint: { users: "c", messages: "d" } };
    expect(changedSince(loaded, now)).to.deep.equal([
      "Somebody has changed rows since the last update or refresh:",
      "  users: 1 more, 501 instead of 500 rows",
      "  messages: 1,234 fewer, 18,766 instead of 20,000 rows",
      "They stay as they are. To load the dataset again, raise chat-perf:datasetVersion.",
    ]);
  });

  it("are also found where their number is the same", () => {
    const now = { ...loaded, fingerprint: { users: "a", messages: "d" } };
    expect(changedSince(loaded, now)).to.include("  messages: other contents, still 20,000 rows");
  });

  it("are not spoken of where there are none", () => {
    expect(changedSince(loaded, loaded)).to.deep.equal([]);
  });
});
