import { spawn } from "node:child_process";
import { once } from "node:events";
import { expect } from "chai";
import { memoryOf } from "../../../bench/ours/resident-memory";
import { skipWithout } from "../../support/needs";

describe("resident memory in the bench", () => {
  it("is that of a process and its descendants together", async function () {
    await skipWithout(this, "linux");
    // The child reports when its own child runs. Both end when their standard input is closed.
    const wait = "process.stdin.resume();";
    const grandchild = `spawn(process.execPath, ["-e", "${wait} console.log('here')"])`;
    const script = `${wait} require("node:child_process").${grandchild}.stdout.pipe(process.stdout)`;
    const child = spawn(process.execPath, ["-e", script]);
    try {
      await once(child.stdout, "data");
      const family = memoryOf(child.pid!)!;
      expect(family.processes).to.equal(2);
      expect(family.bytes).to.be.greaterThan(40 * 2 ** 20);
      expect(memoryOf(process.pid)!.bytes).to.be.greaterThan(family.bytes);
    } finally {
      child.kill();
    }
  });
});
