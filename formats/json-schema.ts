import { resolve } from "node:path";
import { createGenerator } from "ts-json-schema-generator";

/**
 * The JSON Schema (draft 2020-12) of a report, made from its type and the type's comments, so that there is nothing to
 * keep in agreement by hand. `npm run schema` publishes all of them.
 *
 * @param file that declares the type
 */
export function schemaOf(file: string, type: string): object {
  const tsconfig = resolve(__dirname, "../tsconfig.json");
  const generator = createGenerator({ path: file, type, tsconfig, skipTypeCheck: true });
  const { $ref, definitions } = generator.createSchema(type);
  // The generator writes draft 7, of which two keywords have other names today: this one, and the items of a tuple.
  const schema = { $schema: "https://json-schema.org/draft/2020-12/schema", $ref, $defs: definitions };
  return JSON.parse(JSON.stringify(schema).replaceAll("#/definitions/", "#/$defs/"), tuples) as object;
}

function tuples(_: string, value: unknown): unknown {
  if (typeof value !== "object" || value === null || !("items" in value)) return value;
  const { items, ...rest } = value;
  return Array.isArray(items) ? { ...rest, prefixItems: items as unknown[] } : value;
}
