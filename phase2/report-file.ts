import { writeWhole } from "../common/write-file";
import type { Comparison } from "./compare/comparison";
import { comparisonPage } from "./formats/html";

export { comparisonLines } from "./formats/console";

/** The formats in which a comparison can be written. */
export type ComparisonFormat = "json" | "html";

const writers: Record<ComparisonFormat, (comparison: Comparison) => string> = {
  json: (comparison) => `${JSON.stringify(comparison, null, 2)}\n`,
  html: (comparison) => comparisonPage(comparison),
};

/**
 * Writes a comparison to a file.
 *
 * @default format json
 * @throws ExpectedError when the file cannot be written
 */
export function writeComparison(
  path: string,
  comparison: Comparison,
  format: ComparisonFormat = "json",
): void {
  writeWhole(path, writers[format](comparison));
}
