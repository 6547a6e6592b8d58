import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import type { Writable } from "node:stream";
import { setImmediate } from "node:timers/promises";
import { pathToFileURL } from "node:url";
import { expect } from "chai";
import { abandonedLock, isInUse } from "../../../cli/abandoned-lock";
import { setUpEach } from "../../support/fixture";
import { skipWithout } from "../../support/needs";

describe("the lock of a run that was killed", () => {
  let state: string;
  let locks: string;
  const ended = spawnSync(process.execPath, ["--version"]).pid;
  const mine = hostname();

  setUpEach((undo) => {
    state = mkdtempSync(join(tmpdir(), "chat-perf-a state-"));
    undo(() => {
      rmSync(state, { recursive: true });
    });
    locks = join(state, ".pulumi/locks/organization/chat-perf/dev");
    mkdirSync(locks, { recursive: true });
  });

  function lock(name: string, pid: number, host = mine): void {
    const text = JSON.stringify({ pid, username: "me", hostname: host, timestamp: "2025-10-01T00:00:00Z" });
    writeFileSync(join(locks, `${name}.json`), text);
    writeFileSync(join(locks, `${name}.json.attrs`), "{}");
  }
  const found = (backend = pathToFileURL(state).href) => abandonedLock(backend, "chat-perf", "dev");

  it("is recognised by its process, which has ended", () => {
    lock("a", ended);
    expect(found()).to.equal(ended);
    expect(isInUse(pathToFileURL(state).href, "chat-perf", "dev")).to.equal(false);
  });

  it("is recognised by its process, of which only the zombie is left", async function () {
    await skipWithout(this, "linux");
    // The first program becomes one that never waits for its earlier child.
    const script = "cat <&3 >/dev/null & echo $!; exec cat 3<&-";
    const parent = spawn("sh", ["-c", script], { stdio: ["pipe", "pipe", "ignore", "pipe"] });
    try {
      const [line] = (await once(parent.stdout!, "data")) as [Buffer];
      const zombie = Number(line.toString());
      const shown = (pid: number, file: string): string => readFileSync(`/proc/${pid}/${file}`, "utf8");
      while (shown(parent.pid!, "comm").trim() !== "cat") await setImmediate();
      (parent.stdio[3] as Writable).end();
      while (shown(zombie, "stat").split(" ")[2] !== "Z") await setImmediate();
      lock("a", zombie);
      expect(found()).to.equal(zombie);
    } finally {
      parent.kill();
    }
  });

  it("is not there when there is no lock, or no such stack, or no local backend", () => {
    expect(found()).to.equal(undefined);
    rmSync(locks, { recursive: true });
    expect(found()).to.equal(undefined);
    expect(found("s3://somewhere")).to.equal(undefined);
    expect(abandonedLock(undefined, "chat-perf", "dev")).to.equal(undefined);
  });

  const inUse: [string, () => void][] = [
    [
      "a process that is alive",
      () => {
        lock("a", process.pid);
      },
    ],
    [
      "a process of another machine",
      () => {
        lock("a", ended, "elsewhere");
      },
    ],
    [
      "a dead process beside a living one",
      () => {
        lock("a", ended);
        lock("b", process.pid);
      },
    ],
    [
      "a file that cannot be read",
      () => {
        writeFileSync(join(locks, "a.json"), "{");
      },
    ],
  ];
  for (const [whose, make] of inUse) {
    it(`is not that of ${whose}`, () => {
      make();
      expect(found()).to.equal(undefined);
      expect(isInUse(pathToFileURL(state).href, "chat-perf", "dev")).to.equal(true);
    });
  }
});
