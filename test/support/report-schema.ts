import { readFileSync } from "node:fs";
import addFormats from "ajv-formats";
import { Ajv2020 } from "ajv/dist/2020";
import { comparisonSchemaFile } from "../../phase2/formats/json-schema";
import { schemaFile as profileSchemaFile } from "../../profile/formats/json-schema";
import { schemaFile } from "../../validation/formats/json-schema";

/** The published JSON Schema of the report. */
export const publishedSchema = readSchema(schemaFile);
export const publishedComparisonSchema = readSchema(comparisonSchemaFile);
export const publishedProfileSchema = readSchema(profileSchemaFile);

/** The errors of a report, as JSON, under the published schema. The list is empty when it is valid. */
export const schemaErrors = errorsBy(publishedSchema);

/** The same errors for a comparison. */
export const comparisonErrors = errorsBy(publishedComparisonSchema);

/** The same errors for a profile. */
export const profileErrors = errorsBy(publishedProfileSchema);

function readSchema(file: string): object {
  return JSON.parse(readFileSync(file, "utf8")) as object;
}

function errorsBy(schema: object): (json: string) => string[] {
  const ajv = new Ajv2020({ allErrors: true });
  addFormats(ajv);
  const validate = ajv.compile(schema);
  return (json) => {
    validate(JSON.parse(json));
    return (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message ?? ""}`);
  };
}
