import { quoteIdentifier } from "../../../../postgres/connection";
import type { Failure } from "../resource-type";
import { containsUnknown, type Properties } from "../values";

/** The privileges of each object type, without `ALL`. */
const PRIVILEGES: Record<string, string[]> = {
  database: ["CREATE", "CONNECT", "TEMPORARY"],
  schema: ["CREATE", "USAGE"],
  table: ["SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE", "REFERENCES", "TRIGGER", "MAINTAIN"],
  sequence: ["USAGE", "SELECT", "UPDATE"],
  function: ["EXECUTE"],
};

/** Checks an object type and the privileges on it. Both may be unknown. */
export function privilegeFailures(inputs: Properties, objectTypes: string[]): Failure[] {
  const objectType = inputs.objectType ?? null;
  const privileges = inputs.privileges ?? null;
  if (containsUnknown(objectType)) return [];
  if (typeof objectType !== "string" || !objectTypes.includes(objectType)) {
    const reason = `expected objectType to be one of ${objectTypes.join(", ")}, got ${JSON.stringify(objectType)}`;
    return [{ property: "objectType", reason }];
  }
  if (containsUnknown(privileges) || !Array.isArray(privileges)) return [];
  const allowed = ["ALL", ...(PRIVILEGES[objectType] ?? [])];
  return privileges
    .filter((privilege) => typeof privilege === "string" && !allowed.includes(privilege))
    .map((privilege) => ({
      property: "privileges",
      reason: `${privilege as string} is not an allowed privilege for object type ${objectType}`,
    }));
}

/** The text for a role in GRANT and REVOKE. */
export function grantee(role: string): string {
  return role === "public" ? "PUBLIC" : quoteIdentifier(role);
}

/** The SQL condition that a row of `aclexplode` is for the role in a query's parameter. */
export function forGrantee(parameter: string): string {
  return `acl.grantee = CASE WHEN ${parameter} = 'public' THEN 0::oid
                             ELSE (SELECT oid FROM pg_roles WHERE rolname = ${parameter}) END`;
}

/**
 * The privileges for the state: the wanted ones if the object has exactly these, otherwise the real ones. `ALL` remains
 * `ALL` as long as no privilege is missing (MAINTAIN is new in PostgreSQL 17).
 */
export function recorded(objectType: string, wanted: string[] | null, found: string[]): string[] | null {
  const names = wanted ?? [];
  const all = names.includes("ALL");
  const expected = all ? (PRIVILEGES[objectType] ?? []) : names;
  const missing = expected.some((name) => !found.includes(name) && !(all && name === "MAINTAIN"));
  const surplus = found.some((name) => !expected.includes(name));
  if (!missing && !surplus) return wanted;
  return found.length === 0 ? null : [...found].sort();
}
