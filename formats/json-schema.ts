import { resolve } from "node:path";
import { createGenerator } from "ts-json-schema-generator";

/**
 * Makes the JSON Schema (draft 2020-12) of a report from its type and the comments of the type, so that schema and type
 * always agree. `npm run schema` publishes all schemas.
 *
 * @param file the file that declares the type
 * @param type the name of the type
 */
export function schemaOf(file: string, type: string): object {
  const tsconfig = resolve(__dirname, "../tsconfig.json");
  const generator = createGenerator({ path: file, type, tsconfig, skipTypeCheck: true });
  const { $ref, definitions } = generator.createSchema(type);
  // The generator writes draft 7. Two of its keywords have other names now: `definitions`, and `items` of a tuple.
  const schema = { $schema: "https://json-schema.org/draft/2020-12/schema", $ref, $defs: definitions };
  return JSON.parse(JSON.stringify(schema).replaceAll("#/definitions/", "#/$defs/"), tuples) as object;
}

function tuples(_: string, value: unknown): unknown {
  if (typeof value !== "object" || value === null || !("items" in value)) return value;
  const { items, ...rest } = value;
  return Array.isArray(items) ? { ...rest, prefixItems: items as unknown[] } : value;
}
