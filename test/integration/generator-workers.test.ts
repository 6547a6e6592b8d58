import { expect } from "chai";
import { setTimeout as delay } from "node:timers/promises";
import { Workers } from "../../generator/load/workers";
import { descendants, ended } from "../support/processes";
import { rejection } from "../support/rejection";
import { small } from "../unit/generator/specs";

/** There is no server, so a worker that does not wait for the opened load fails. */
const job = { ownerUrl: "postgresql://nobody@127.0.0.1:9/nothing", spec: small };
const load = { shards: 1, layout: {}, partition: undefined };

/** The worker processes of this process. */
function running(): number[] {
  return descendants(process.pid)
    .filter(({ command }) => command.endsWith(" -"))
    .map(({ pid }) => pid);
}

async function started(count: number): Promise<number[]> {
  while (running().length < count) await delay(20);
  return running();
}

describe("workers of a load", () => {
  it("wait until they are stopped", async () => {
    const crew = new Workers(job);
    crew.start(2);
    const pids = await started(2);
    await crew.stop();
    await ended(pids);
  });

  it("are not started any more once they are stopped", async () => {
    const crew = new Workers(job);
    crew.start(2);
    await crew.stop();
    expect(running()).to.be.empty;
  });

  it("go on when the load is open, and say how they fare", async () => {
    const crew = new Workers(job);
    crew.start(2);
    expect(await rejection(crew.load(load, () => undefined))).to.contain("127.0.0.1:9");
    expect(running()).to.be.empty;
  });

  it("say when one of them was killed while it waited, and leave none behind", async () => {
    const crew = new Workers(job);
    crew.start(2);
    const [first] = await started(2);
    process.kill(first!, "SIGKILL");
    await ended([first!]);
    expect(await rejection(crew.load(load, () => undefined))).to.contain("SIGKILL");
    expect(running()).to.be.empty;
  });
});
