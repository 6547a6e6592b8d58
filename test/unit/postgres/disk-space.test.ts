import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { assertDiskSpace, requiredBytes, ruleBytes, type DiskCheck } from "../../../postgres/disk-space";
import { ExpectedError } from "../../../common/errors";
import { setUpEach } from "../../support/fixture";

const need = (messages: number) => ({ messages, forecastBytes: 0, check: "larger" as const });

describe("disk space", () => {
  let folder: string;
  setUpEach((undo) => {
    folder = mkdtempSync(join(tmpdir(), "chat-perf-disk-"));
    undo(() => {
      rmSync(folder, { recursive: true });
    });
  });

  it("is needed by the rule for 500 bytes a message and 3 times that for indexes", () => {
    expect(ruleBytes(5_000_000)).to.equal(10e9);
  });

  it("is needed for the larger of forecast and rule, for one of them, or for nothing, as one chooses", () => {
    const needed = (check: DiskCheck, forecastBytes: number) =>
      requiredBytes({ messages: 1000, forecastBytes, check });
    expect(needed("larger", 1e6)).to.equal(2e6);
    expect(needed("larger", 3e6)).to.equal(3e6);
    expect(needed("forecast", 1e6)).to.equal(1e6);
    expect(needed("rule", 3e6)).to.equal(2e6);
    expect(needed("off", 3e6)).to.equal(0);
  });

  it("is measured where the data folder will be, before there is one", () => {
    const { available, needed } = assertDiskSpace(join(folder, "not", "yet"), need(1000));
    expect(needed).to.equal(2e6);
    expect(available).to.be.greaterThan(2e6);
  });

  it("counts what already lies in the data folder as available", () => {
    const size = 64 * 1024 * 1024;
    writeFileSync(join(folder, "heap"), Buffer.alloc(size));
    const own = assertDiskSpace(folder, need(1)).available;
    const other = assertDiskSpace(join(folder, "elsewhere"), need(1)).available;
    // Other programs also write to this disk, but little between two calls.
    expect(own! - other!).to.be.within(size / 2, size * 1.5);
  });

  it("that is too little is refused with the figures and the remedy", () => {
    const assertion = () => assertDiskSpace(folder, { messages: 1e15, forecastBytes: 1e18, check: "larger" });
    expect(assertion).to.throw(
      ExpectedError,
      /^Insufficient disk space for 1,000,000,000,000,000 messages in .*: [\d.,]+ [GT]B available, ~2,000,000 TB needed\.\n.*smaller environment/,
    );
    expect(assertion).to.throw(
      /forecast is 1,000,000 TB while loading; .* are 2,000,000 TB: chat-perf:diskCheck says which counts \(larger\)\.$/,
    );
  });

  it("that suffices for the forecast is refused with the command that lets the forecast count", () => {
    for (const check of ["larger", "rule"] as const) {
      const need = { messages: 1e15, forecastBytes: 1e6, check };
      expect(() => assertDiskSpace(folder, { ...need, stack: "staging" })).to.throw(
        /the forecast fits\. To go by it alone, run `pulumi config set diskCheck forecast -s staging`$/,
      );
      expect(() => assertDiskSpace(folder, need)).to.throw(/ `pulumi config set diskCheck forecast`$/);
    }
  });

  it("is no obstacle when the check is off", () => {
    expect(assertDiskSpace(folder, { messages: 1e15, forecastBytes: 1e18, check: "off" }).needed).to.equal(0);
  });
});
