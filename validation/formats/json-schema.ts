import { writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { schemaOf } from "../../formats/json-schema";

/** The file of the published schema, on which programs that read reports may rely. */
export const schemaFile = resolve(__dirname, "quality-report.schema.json");

/** The JSON Schema of the report. */
export function reportSchema(): object {
  return schemaOf(resolve(__dirname, "../report.ts"), "QualityReport");
}

if (require.main === module) writeFileSync(schemaFile, JSON.stringify(reportSchema()));
