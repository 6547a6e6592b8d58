import { tmpdir } from "node:os";
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import { requireDiskSpace } from "../../../components/disk-space";
import { parse } from "../../support/config";
import { rejection } from "../../support/rejection";

/** A dataset that is too large for any disk. */
const huge = { messages: "2000000000", users: "150000", conversations: "300000" };

describe("the disk check of the program", () => {
  /** Returns the log of a preview or an update of a band. */
  async function check(changes: Record<string, string>, preview: boolean): Promise<string> {
    const mocks = { newResource: () => ({ id: "", state: {} }), call: () => ({}) };
    await pulumi.runtime.setMocks(mocks, "chat-perf", "dev", preview);
    const lines: string[] = [];
    const { log, warn } = console;
    console.log = console.warn = (line: string) => lines.push(line);
    try {
      requireDiskSpace(parse({ dataDir: join(tmpdir(), "no-such-folder"), ...changes }));
    } finally {
      Object.assign(console, { log, warn });
    }
    return lines.join("\n");
  }

  it("says in a preview what the dataset will take, without any server, and in an update nothing", async () => {
    const small = { messages: "20000", users: "500", conversations: "400" };
    expect(await check(small, true)).to.match(
      /forecast: 29,\d+ rows, 12 MB on disk, at most [\d.]+ MB while loading\n/,
    );
    expect(await check(small, false)).to.equal("");
  });

  it("warns in a preview, refuses an update, and lets both be when it is off", async () => {
    expect(await check(huge, true)).to.include("Insufficient disk space");
    for (const diskCheck of ["larger", "forecast", "rule"]) {
      const refusal = await rejection(check({ ...huge, diskCheck }, false));
      expect(refusal)
        .to.match(/^Insufficient disk space/)
        .and.to.include(`which counts (${diskCheck})`);
    }
    expect(await check({ ...huge, diskCheck: "off" }, false)).to.equal("");
    expect(await check({ ...huge, diskCheck: "off" }, true)).not.to.include("Insufficient");
  });
});
