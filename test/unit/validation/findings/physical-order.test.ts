import { expect } from "chai";
import { physicalOrder } from "../../../../validation/findings/physical-order";
import type { Finding } from "../../../../validation/findings/finding";
import type { Inquiry } from "../../../../validation/findings/question";

/** The outcome for these statistics of `pg_stats`. */
async function outcome(createdAt: number | null, conversationId: number | null): Promise<Finding["outcome"]> {
  const rows = [
    { column: "createdAt", correlation: createdAt },
    { column: "conversationId", correlation: conversationId },
  ];
  const snapshot = { rows: () => Promise.resolve(rows) };
  return (await physicalOrder.answer({ snapshot } as unknown as Inquiry)).outcome;
}

describe("the physical order", () => {
  it("is good by time and by no conversation", async () => {
    expect(await outcome(0.95, -0.1)).to.equal("good");
    expect(await outcome(1, 0.1)).to.equal("good");
  });

  it("is worth a notice when either is not so", async () => {
    expect(await outcome(0.94, 0)).to.equal("notice");
    expect(await outcome(-1, 0)).to.equal("notice");
    expect(await outcome(1, 0.11)).to.equal("notice");
    expect(await outcome(1, -0.11)).to.equal("notice");
  });

  it("is unknown where the server has none", async () => {
    expect(await outcome(null, 0)).to.equal("unknown");
    expect(await outcome(1, null)).to.equal("unknown");
  });
});
