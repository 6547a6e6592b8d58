import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { formatBytes, formatCount } from "../../common/format";
import { readStackFile } from "../../config";
import { forecast } from "../../generator/forecast/forecast";
import { projectRoot } from "../../toolchain/layout";

/** The processors of which previews speak. */
const PROCESSORS = 2;

/** The cells of a stack's row in the first table of a page that has one. */
function cells(page: string, stack: string): string[] {
  const text = readFileSync(join(projectRoot, page), "utf8");
  const row = text.split("\n").find((line) => line.startsWith(`| \`${stack}\` `))!;
  return row
    .split("|")
    .slice(2, -1)
    .map((cell) => cell.trim());
}

describe("the sizes in the documents", () => {
  for (const stack of ["dev", "staging", "perf"]) {
    it(`are those that a preview of ${stack} shows`, () => {
      const { dataset } = readStackFile(projectRoot, stack);
      const { rows, totalBytes, peakBytes } = forecast(dataset, PROCESSORS);
      const { messages, users, conversations } = dataset;
      const sizes = [messages, users, conversations].map(formatCount);
      expect(cells("README.md", stack).slice(0, 4)).to.deep.equal([...sizes, formatBytes(totalBytes)]);
      expect(cells("docs/dataset.md", stack)).to.deep.equal([
        formatCount(rows),
        formatBytes(totalBytes),
        formatBytes(peakBytes),
      ]);
    });
  }
});
