import { writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { createGenerator } from "ts-json-schema-generator";

/** The published schema: what a program that reads reports may rely on. */
export const schemaFile = resolve(__dirname, "quality-report.schema.json");

/**
 * The JSON Schema of the report (draft 2020-12), made from the report's type and its comments, so that there is
 * nothing to keep in agreement by hand. `npm run schema` publishes it.
 */
export function reportSchema(): object {
  const generator = createGenerator({
    path: resolve(__dirname, "../report.ts"),
    type: "QualityReport",
    tsconfig: resolve(__dirname, "../../tsconfig.json"),
    skipTypeCheck: true,
  });
  const { $ref, definitions } = generator.createSchema("QualityReport");
  // The generator writes draft 7; the one keyword of it that has another name today is this.
  const schema = { $schema: "https://json-schema.org/draft/2020-12/schema", $ref, $defs: definitions };
  return JSON.parse(JSON.stringify(schema).replaceAll("#/definitions/", "#/$defs/")) as object;
}

if (require.main === module) writeFileSync(schemaFile, JSON.stringify(reportSchema()));
