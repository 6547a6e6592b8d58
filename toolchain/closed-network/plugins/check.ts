import type { Failure, Property, ResourceType, Schema } from "./resource-type";
import { containsUnknown, isEmpty, isObject, type Properties, reveal, revealAll, type Value } from "./values";

/** Checked inputs with defaults, and the failures of the check. */
export interface Checked {
  inputs: Record<string, Value>;
  failures: Failure[];
}

/**
 * Checks the inputs of a resource and adds its defaults, whose names are listed in `__defaults`. Sets are sorted, and
 * empty sets become null.
 */
export function check(type: ResourceType, given: Record<string, Value>): Checked {
  const failures: Failure[] = [];
  const inputs: Record<string, Value> = {};
  for (const [name, value] of Object.entries(given)) {
    if (name.startsWith("__")) continue;
    const reason = refusal(type.schema[name], reveal(value));
    if (reason === undefined) inputs[name] = normalize(type.schema[name], value);
    else failures.push({ property: name, reason: `"${name}" ${reason}` });
  }
  for (const [name, property] of Object.entries(type.schema)) {
    if (property.required && given[name] === undefined) {
      failures.push({ property: name, reason: `Missing required property '${name}'` });
    }
  }
  if (!type.terse) addDefaults(type.schema, inputs);
  if (failures.length === 0) failures.push(...(type.validate?.(revealAll(inputs)) ?? []));
  return { inputs, failures };
}

function addDefaults(schema: Schema, inputs: Record<string, Value>): void {
  const added = Object.entries(schema)
    .filter(([name, property]) => (inputs[name] ?? null) === null && !isEmpty(property.default))
    .map(([name]) => name)
    .sort();
  for (const name of added) inputs[name] = schema[name]?.default ?? null;
  if (added.length > 0) inputs.__defaults = added;
}

function refusal(property: Property | undefined, value: Value): string | undefined {
  if (property === undefined) return "is not a property of this resource";
  if (property.readonly) return "is not supported by the offline plugin";
  if (value === null || containsUnknown(value)) return undefined;
  return hasType(property, value) ? undefined : `must be a ${property.type}, got ${JSON.stringify(value)}`;
}

function hasType({ type, fields }: Property, value: Value): boolean {
  if (fields !== undefined) {
    const items = type === "object" ? [value] : value;
    return Array.isArray(items) && items.every((item) => isObject(item) && hasFields(fields, item));
  }
  if (type === "map")
    return isObject(value) && Object.values(value).every((item) => typeof item === "string");
  if (type === "list" || type === "set") {
    return Array.isArray(value) && value.every((item) => typeof item === "string");
  }
  return typeof value === type;
}

function hasFields(fields: Schema, item: Record<string, Value>): boolean {
  const complete = Object.entries(fields).every(([name, { required }]) => !required || name in item);
  const fit = Object.entries(item).every(
    ([name, value]) => name.startsWith("__") || refusal(fields[name], value) === undefined,
  );
  return complete && fit;
}

function normalize(property: Property | undefined, value: Value): Value {
  if (property?.fields !== undefined) return withDefaults(property.fields, value);
  if (property?.type !== "set" || !Array.isArray(value) || containsUnknown(value)) return value;
  const items = value.filter((item) => typeof item === "string");
  if (items.length < value.length) return value; // secret items keep their markers and their places
  return items.length === 0 ? null : [...new Set(items)].sort();
}

function withDefaults(fields: Schema, value: Value): Value {
  if (Array.isArray(value)) return value.map((item) => withDefaults(fields, item));
  if (!isObject(value)) return value;
  const completed = Object.entries(value).filter(([name]) => name in fields);
  const inputs = Object.fromEntries(completed.map(([name, each]) => [name, normalize(fields[name], each)]));
  addDefaults(fields, inputs);
  return inputs;
}

/** The inputs of a refreshed resource: the old ones with the properties that have changed. */
export function refreshedInputs(
  type: ResourceType,
  old: Record<string, Value>,
  state: Properties,
  wrap: (name: string, value: Value) => Value,
): Record<string, Value> {
  const inputs = { ...old };
  for (const [name, value] of Object.entries(old)) {
    const property = type.schema[name];
    if (property === undefined || sameValue(property, reveal(value), state[name] ?? null)) continue;
    inputs[name] = wrap(name, normalize(property, state[name] ?? null));
  }
  return inputs;
}

/** The inputs of an imported resource: all properties that differ from their defaults. */
export function importedInputs(type: ResourceType, state: Properties): Record<string, Value> {
  const told = Object.entries(type.schema).filter(([name, property]) => {
    const differs = !sameValue(property, property.default ?? null, state[name] ?? null);
    return !property.readonly && (property.required === true || differs);
  });
  return Object.fromEntries(told.map(([name]) => [name, state[name] ?? null]));
}

/** Whether the official plugins treat two values as the same. */
export function sameValue(property: Property, one: Value, other: Value): boolean {
  if (isEmpty(one) || isEmpty(other)) return isEmpty(one) && isEmpty(other);
  return canonical(property, one) === canonical(property, other);
}

function canonical(property: Property, value: Value): string {
  const { type, fields } = property;
  if (fields !== undefined && isObject(value)) {
    const told = Object.entries(fields).filter(([name]) => !isEmpty(value[name]));
    return JSON.stringify(told.map(([name, field]) => [name, canonical(field, value[name] ?? null)]));
  }
  if (fields !== undefined && Array.isArray(value)) {
    const items = value.map((item) => canonical(property, item));
    return JSON.stringify(type === "set" ? items.sort() : items);
  }
  if (type === "set" && Array.isArray(value)) return JSON.stringify([...value].sort());
  return JSON.stringify(isObject(value) ? Object.entries(value).sort() : value);
}
