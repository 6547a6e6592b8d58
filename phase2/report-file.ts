import { writeWhole } from "../common/write-file";
import type { Comparison } from "./compare/comparison";
import { comparisonPage } from "./formats/html";

export { comparisonLines } from "./formats/console";

/** What a comparison can be written as. */
export type ComparisonFace = "json" | "html";

const faces: Record<ComparisonFace, (comparison: Comparison) => string> = {
  json: (comparison) => `${JSON.stringify(comparison, null, 2)}\n`,
  html: (comparison) => comparisonPage(comparison),
};

/**
 * Writes a comparison as JSON or HTML.
 *
 * @throws ExpectedError when the file cannot be written
 */
export function writeComparison(path: string, comparison: Comparison, face: ComparisonFace = "json"): void {
  writeWhole(path, faces[face](comparison));
}
