import { readFileSync } from "node:fs";
import addFormats from "ajv-formats";
import { Ajv2020 } from "ajv/dist/2020";
import { schemaFile } from "../../validation/faces/json-schema";

/** The published JSON Schema of the report. */
export const publishedSchema = JSON.parse(readFileSync(schemaFile, "utf8")) as object;

const ajv = new Ajv2020({ allErrors: true });
addFormats(ajv);
const validate = ajv.compile(publishedSchema);

/** Where a report, as JSON, is not what the published schema says; empty when it is. */
export function schemaErrors(json: string): string[] {
  validate(JSON.parse(json));
  return (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message ?? ""}`);
}
