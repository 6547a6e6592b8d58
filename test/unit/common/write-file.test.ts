import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { writeWhole } from "../../../common/write-file";
import { setUp } from "../../support/fixture";

describe("a report's file", () => {
  let folder: string;

  setUp((undo) => {
    folder = mkdtempSync(join(tmpdir(), "write-file-"));
    undo(() => {
      rmSync(folder, { recursive: true });
    });
  });

  for (const umask of [0, 0o022, 0o077]) {
    it(`is written to by its owner alone, as its folders, under umask ${umask.toString(8)}`, () => {
      const file = join(folder, umask.toString(8), "reports", "report.json");
      const before = process.umask(umask);
      try {
        writeWhole(file, "{}");
      } finally {
        process.umask(before);
      }
      expect(readFileSync(file, "utf8")).to.equal("{}");
      const writable = [file, join(file, ".."), join(file, "..", "..")].map(
        (path) => statSync(path).mode & 0o022,
      );
      expect(writable).to.deep.equal([0, 0, 0]);
    });
  }
});
