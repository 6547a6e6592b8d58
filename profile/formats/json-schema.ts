import { writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { schemaOf } from "../../formats/json-schema";

/** The file of the published schema, on which programs that read profiles may rely. */
export const schemaFile = resolve(__dirname, "profile.schema.json");

/** The JSON Schema of a profile. */
export function profileSchema(): object {
  return schemaOf(resolve(__dirname, "../profile.ts"), "Profile");
}

if (require.main === module) writeFileSync(schemaFile, JSON.stringify(profileSchema()));
