import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { assertDiskSpace, formatBytes, requiredBytes } from "../../../postgres/disk-space";
import { ExpectedError } from "../../../runtime/errors";

describe("disk space", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "chat-perf-disk-"));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  it("is needed for 500 bytes a message and 3 times that for indexes", () => {
    expect(requiredBytes(5_000_000)).to.equal(10e9);
  });

  it("is measured where the data folder will be, before there is one", () => {
    const { available, needed } = assertDiskSpace({ path: join(folder, "not", "yet"), messages: 1000 });
    expect(needed).to.equal(2e6);
    expect(available).to.be.greaterThan(2e6);
  });

  it("counts what already lies in the data folder as available", () => {
    const size = 64 * 1024 * 1024;
    writeFileSync(join(folder, "heap"), Buffer.alloc(size));
    const own = assertDiskSpace({ path: folder, messages: 1 }).available;
    const other = assertDiskSpace({ path: join(folder, "elsewhere"), messages: 1 }).available;
    // Others write to this disk too, though little between two calls.
    expect(own - other).to.be.within(size / 2, size * 1.5);
  });

  it("that is too little is refused with both figures and the remedy", () => {
    const assertion = () => assertDiskSpace({ path: folder, messages: 1e15 });
    expect(assertion).to.throw(
      ExpectedError,
      /^Insufficient disk space for 1,000,000,000,000,000 messages in .*: \d+GB available, ~2000000000GB needed\.\n.*smaller environment/,
    );
  });

  it("is shown in the decimal units of disks", () => {
    expect([50e9, 9.84e9, 4e8].map(formatBytes)).to.deep.equal(["50GB", "9.8GB", "400MB"]);
  });
});
