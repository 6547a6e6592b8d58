import { writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { schemaOf } from "../../formats/json-schema";

/** The published schema: what a program that reads reports may rely on. */
export const schemaFile = resolve(__dirname, "quality-report.schema.json");

/** The JSON Schema of the report. */
export function reportSchema(): object {
  return schemaOf(resolve(__dirname, "../report.ts"), "QualityReport");
}

if (require.main === module) writeFileSync(schemaFile, JSON.stringify(reportSchema()));
