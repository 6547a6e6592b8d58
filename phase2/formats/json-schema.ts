import { writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { schemaOf } from "../../formats/json-schema";

/** The file of the published schema, on which programs that read comparisons may rely. */
export const comparisonSchemaFile = resolve(__dirname, "comparison.schema.json");

/** The JSON Schema of a comparison. */
export function comparisonSchema(): object {
  return schemaOf(resolve(__dirname, "../compare/comparison.ts"), "Comparison");
}

if (require.main === module) writeFileSync(comparisonSchemaFile, JSON.stringify(comparisonSchema()));
