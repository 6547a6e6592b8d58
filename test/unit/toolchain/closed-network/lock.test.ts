import { mkdirSync, mkdtempSync, readdirSync, rmSync, utimesSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { expect } from "chai";

import { withLock } from "../../../../toolchain/closed-network/lock";
import { setUpEach } from "../../../support/fixture";

describe("a lock between processes", () => {
  let folder: string;
  setUpEach((undo) => {
    folder = mkdtempSync(join(tmpdir(), "lock-"));
    undo(() => {
      rmSync(folder, { recursive: true });
    });
  });
  const lock = (): string => join(folder, "build.lock");

  it("lets one at a time work, and tells the others once that they wait", async () => {
    let working = 0;
    const waiting: number[] = [];
    const worker = (number: number) =>
      withLock(
        lock(),
        () => waiting.push(number),
        async () => {
          expect(++working).to.equal(1);
          await new Promise(setImmediate);
          working--;
          return number;
        },
      );
    expect(await Promise.all([worker(1), worker(2)])).to.deep.equal([1, 2]);
    expect(waiting).to.have.length(1);
  });

  it("is free again after work that failed", async () => {
    const failed = await withLock(
      lock(),
      () => undefined,
      () => Promise.reject(new Error("no")),
    ).catch(String);
    expect(failed).to.equal("Error: no");
    expect(readdirSync(folder)).to.deep.equal([]);
  });

  it("is taken over when its holder has not renewed it", async () => {
    mkdirSync(lock());
    const longAgo = new Date(Date.now() - 60_000);
    utimesSync(lock(), longAgo, longAgo);
    expect(
      await withLock(
        lock(),
        () => undefined,
        () => Promise.resolve("mine"),
      ),
    ).to.equal("mine");
  });
});
