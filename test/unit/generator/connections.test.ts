import { expect } from "chai";
import type { Client } from "pg";
import { runOnConnections, type TableWork } from "../../../generator/load/connections";
import { failureOf } from "../../support/rejection";
import { ExpectedError } from "../../../common/errors";

const connections = ["a", "b"] as unknown as Client[];

/** Runs items that end only when the test ends them. */
function byHand(items: (TableWork & { name: string })[]) {
  const running = new Map<string, { end: () => void; fail: (error: Error) => void }>();
  const begun: string[] = [];
  const done = runOnConnections(connections, items, (_connection, { name }) => {
    begun.push(name);
    return new Promise<void>((resolve, reject) => running.set(name, { end: resolve, fail: reject }));
  });
  const settle = () => new Promise<void>((resolve) => setImmediate(resolve));
  return {
    begun,
    done,
    end: async (name: string) => {
      running.get(name)!.end();
      await settle();
    },
    fail: async (name: string) => {
      running.get(name)!.fail(new ExpectedError(`${name} failed`));
      await settle();
    },
  };
}

const vacuum = (table: string) => ({ name: `vacuum ${table}`, table, exclusive: true });
const index = (table: string, n = 1) => ({ name: `index ${n} of ${table}`, table, exclusive: false });

describe("connections", () => {
  it("build indexes of a table at the same time, but not during its vacuum", async () => {
    const hand = byHand([
      vacuum("large"),
      vacuum("small"),
      index("large"),
      index("large", 2),
      index("small"),
    ]);
    expect(hand.begun).to.deep.equal(["vacuum large", "vacuum small"]);
    await hand.end("vacuum small");
    expect(hand.begun.at(-1)).to.equal("index 1 of small");
    await hand.end("index 1 of small");
    expect(hand.begun).to.have.length(3);
    await hand.end("vacuum large");
    expect(hand.begun.slice(3)).to.deep.equal(["index 1 of large", "index 2 of large"]);
    await hand.end("index 1 of large");
    await hand.end("index 2 of large");
    await hand.done;
  });

  it("start nothing more when one fails", async () => {
    const hand = byHand([vacuum("a"), vacuum("b"), vacuum("c"), vacuum("d")]);
    const failure = failureOf(hand.done);
    await hand.fail("vacuum a");
    await hand.end("vacuum b");
    expect((await failure).message).to.equal("vacuum a failed");
    expect(hand.begun).to.deep.equal(["vacuum a", "vacuum b"]);
  });

  it("have nothing to do for no items", async () => {
    await byHand([]).done;
  });
});
