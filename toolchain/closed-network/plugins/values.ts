/** A property value as the engine sends it: plain JSON, with markers for secret and for unknown values. */
export type Value = null | boolean | number | string | Value[] | { [key: string]: Value };

/** The inputs or outputs of a resource by property name. An absent property may be given as `undefined`. */
export type Properties = Record<string, Value | undefined>;

/** Stands for a value that is known only after the deployment. */
export const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/** The engine's markers for unknown values: one for each type, though in practice it sends the string's. */
const UNKNOWNS = new Set<Value>([
  UNKNOWN,
  "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7",
  "3eeb2bf0-c639-47a8-9e75-3b44932eb421",
  "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2",
  "dd056dcd-154b-4c76-9bd3-c8f88648b5ff",
]);

const SIGNATURE = "4dabf18193072939515e22adb298388d";
const SECRET = "1b47061264138c4ac30d75fd1eb44270";

/** Marks a value as secret: encrypted in state, hidden on the console. */
export function secret(value: Value): Value {
  return { [SIGNATURE]: SECRET, value };
}

/** The value without its secret markers, at any depth. */
export function reveal(value: Value): Value {
  if (Array.isArray(value)) return value.map(reveal);
  if (!isObject(value)) return value;
  if (value[SIGNATURE] === SECRET) return reveal(value.value ?? null);
  return revealAll(value);
}

/** The properties without their secret markers. Undefined ones are left out. */
export function revealAll(properties: Properties): Record<string, Value> {
  const entries = Object.entries(properties).filter(
    (entry): entry is [string, Value] => entry[1] !== undefined,
  );
  return Object.fromEntries(entries.map(([name, value]) => [name, reveal(value)]));
}

/** Whether a part of the value, at any depth, is secret. */
export function containsSecret(value: Value): boolean {
  if (Array.isArray(value)) return value.some(containsSecret);
  return isObject(value) && (value[SIGNATURE] === SECRET || Object.values(value).some(containsSecret));
}

/** Whether a part of the value, at any depth, is known only after the deployment. */
export function containsUnknown(value: Value): boolean {
  if (Array.isArray(value)) return value.some(containsUnknown);
  if (isObject(value)) return Object.values(value).some(containsUnknown);
  return UNKNOWNS.has(value);
}

/** Whether the value says nothing: the vendor's plugins do not tell `0`, `""`, `false` or `[]` from absent. */
export function isEmpty(value: Value | undefined): boolean {
  if (value === undefined || value === null) return true;
  if (typeof value === "object") return Object.keys(value).length === 0;
  return value === "" || value === 0 || value === false;
}

export function isObject(value: Value): value is Record<string, Value> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
