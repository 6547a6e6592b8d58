/** A property value from the engine: plain JSON with markers for secret and unknown values. */
export type Value = null | boolean | number | string | Value[] | { [key: string]: Value };

/** The inputs or outputs of a resource, by property name. A missing property may be `undefined`. */
export type Properties = Record<string, Value | undefined>;

/** The marker of a value that is unknown before the update. */
export const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/**
 * The engine's markers for unknown values. There is one for each type, but in practice the engine sends the string's.
 */
const UNKNOWNS = new Set<Value>([
  UNKNOWN,
  "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7",
  "3eeb2bf0-c639-47a8-9e75-3b44932eb421",
  "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2",
  "dd056dcd-154b-4c76-9bd3-c8f88648b5ff",
]);

const SIGNATURE = "4dabf18193072939515e22adb298388d";
const SECRET = "1b47061264138c4ac30d75fd1eb44270";

/** Marks a value as secret, so that it is encrypted in the state and hidden on the console. */
export function secret(value: Value): Value {
  return { [SIGNATURE]: SECRET, value };
}

/** Removes the secret markers of a value at any depth. */
export function reveal(value: Value): Value {
  if (Array.isArray(value)) return value.map(reveal);
  if (!isObject(value)) return value;
  if (value[SIGNATURE] === SECRET) return reveal(value.value ?? null);
  return revealAll(value);
}

/** Removes the secret markers of all properties. Undefined properties are removed too. */
export function revealAll(properties: Properties): Record<string, Value> {
  const entries = Object.entries(properties).filter(
    (entry): entry is [string, Value] => entry[1] !== undefined,
  );
  return Object.fromEntries(entries.map(([name, value]) => [name, reveal(value)]));
}

/** Whether any part of the value is secret. */
export function containsSecret(value: Value): boolean {
  if (Array.isArray(value)) return value.some(containsSecret);
  return isObject(value) && (value[SIGNATURE] === SECRET || Object.values(value).some(containsSecret));
}

/** Whether any part of the value is unknown before the update. */
export function containsUnknown(value: Value): boolean {
  if (Array.isArray(value)) return value.some(containsUnknown);
  if (isObject(value)) return Object.values(value).some(containsUnknown);
  return UNKNOWNS.has(value);
}

/** Whether the value is empty. The official plugins treat `0`, `""`, `false` and `[]` like a missing value. */
export function isEmpty(value: Value | undefined): boolean {
  if (value === undefined || value === null) return true;
  if (typeof value === "object") return Object.keys(value).length === 0;
  return value === "" || value === 0 || value === false;
}

export function isObject(value: Value): value is Record<string, Value> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
