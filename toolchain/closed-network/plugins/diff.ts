import { sameValue } from "./check";
import type { Property, ResourceType, Schema } from "./resource-type";
import { containsUnknown, isEmpty, isObject, type Properties, type Value } from "./values";

export type Kind = "add" | "delete" | "update";

/** One difference between a resource's state and its inputs. */
export interface Difference {
  /** The name of the property, e.g. `name`. */
  property: string;
  /** The path in the property, e.g. `privileges[0]` or `keepers.rotation`. */
  path: string;
  kind: Kind;
  replaces: boolean;
}

/** The differences between a resource's state and its inputs. Neither may contain secret markers. */
export function diff(type: ResourceType, state: Properties, inputs: Properties): Difference[] {
  return Object.entries(type.schema).flatMap(([name, property]) => {
    const given = inputs[name] ?? null;
    if (property.readonly || (property.computed && given === null)) return [];
    const old = state[name] ?? null;
    const wanted = given ?? property.default ?? null;
    return changes(name, property, old, wanted, given).map(([path, kind]) => ({
      property: name,
      path,
      kind,
      replaces: property.replaces === true,
    }));
  });
}

type Change = [path: string, kind: Kind];

function changes(name: string, property: Property, old: Value, wanted: Value, given: Value): Change[] {
  if (sameValue(property, old, wanted)) return [];
  if (given === null || (isEmpty(wanted) && typeof wanted === "object")) return [[name, "delete"]];
  if (old === null || (isEmpty(old) && typeof old === "object")) return [[name, "add"]];
  if (containsUnknown(wanted)) return [[name, "update"]];
  if (property.fields !== undefined) return fieldChanges(name, property.fields, old, wanted);
  if (Array.isArray(old) && Array.isArray(wanted)) {
    return property.type === "set" ? setChanges(name, old, wanted) : listChanges(name, old, wanted);
  }
  if (isObject(old) && isObject(wanted)) return mapChanges(name, old, wanted);
  return [[name, "update"]];
}

/** Objects are compared field by field, and lists of them item by item. */
function fieldChanges(name: string, fields: Schema, old: Value, wanted: Value): Change[] {
  if (Array.isArray(old) && Array.isArray(wanted)) {
    const length = Math.max(old.length, wanted.length);
    return Array.from({ length }, (_, index) => index).flatMap((index): Change[] => {
      const [before, after] = [old[index], wanted[index]];
      const path = `${name}[${index}]`;
      if (before === undefined || after === undefined) return [[path, kindOf(before, after)]];
      return fieldChanges(path, fields, before, after);
    });
  }
  if (!isObject(old) || !isObject(wanted)) return [[name, "update"]];
  return Object.entries(fields).flatMap(([field, property]) => {
    const given = wanted[field] ?? null;
    if (property.computed && given === null) return [];
    return changes(
      `${name}.${field}`,
      property,
      old[field] ?? null,
      given ?? property.default ?? null,
      given,
    );
  });
}

/**
 * Compares two sets. A removed item has its position in the old list, and an added item its position in the new list.
 */
function setChanges(name: string, old: Value[], wanted: Value[]): Change[] {
  const found = new Map<string, Kind>();
  old.forEach((item, index) => {
    if (!wanted.includes(item)) found.set(`${name}[${index}]`, "delete");
  });
  wanted.forEach((item, index) => {
    if (old.includes(item)) return;
    const path = `${name}[${index}]`;
    found.set(path, found.has(path) ? "update" : "add");
  });
  return [...found];
}

function listChanges(name: string, old: Value[], wanted: Value[]): Change[] {
  const length = Math.max(old.length, wanted.length);
  return Array.from({ length }, (_, index) => index)
    .filter((index) => old[index] !== wanted[index])
    .map((index) => [`${name}[${index}]`, kindOf(old[index], wanted[index])]);
}

function mapChanges(name: string, old: Record<string, Value>, wanted: Record<string, Value>): Change[] {
  const keys = [...new Set([...Object.keys(old), ...Object.keys(wanted)])].sort();
  return keys
    .filter((key) => old[key] !== wanted[key])
    .map((key) => {
      const path = /^\w+$/.test(key) ? `${name}.${key}` : `${name}[${JSON.stringify(key)}]`;
      return [path, kindOf(old[key], wanted[key])];
    });
}

function kindOf(old: Value | undefined, wanted: Value | undefined): Kind {
  if (old === undefined) return "add";
  return wanted === undefined ? "delete" : "update";
}
