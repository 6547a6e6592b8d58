import { isObject, type Properties, type Value } from "./values";

/** One property of a resource type, as in the official schema. */
export interface Property {
  /** The type of the value. A `set` is a list without order or duplicates, and it is sorted. */
  type: "string" | "number" | "boolean" | "list" | "set" | "map" | "object";
  /** The properties of an object, or of each item of a list or set. Undefined when the items are texts. */
  fields?: Schema;
  required?: true;
  /**
   * The value when the input does not have the property.
   *
   * @default null
   */
  default?: Value;
  /**
   * Whether the server chooses a value when the input has none. It is then unknown in a preview and never a difference.
   */
  computed?: true;
  /** Whether it is only an output, or an input of the official plugin that this plugin does not support. */
  readonly?: true;
  /** Whether a new value replaces the resource. */
  replaces?: true;
  /** Whether it is always secret in the outputs. */
  secret?: true;
}

export type Schema = Readonly<Record<string, Property>>;

/** The reason why an input is refused. */
export interface Failure {
  property: string;
  reason: string;
}

/** A real resource. Its state has every property of the schema, and the `id`. */
export interface Resource {
  id: string;
  state: Properties;
}

/**
 * The operations of a plugin for one type of resource. Values have no secret markers, and only `validate` receives
 * unknown values.
 *
 * A plan is the complete wanted state: the inputs, the defaults for missing inputs, and null for values that are not
 * computed yet.
 */
export interface ResourceType {
  schema: Schema;
  /**
   * Whether the official type uses the newer plugin framework, in which inputs have no defaults and outputs have no
   * nulls.
   */
  terse?: true;
  /**
   * Whether the old resource is deleted before its replacement is created, because both would have the same name, or
   * because the deletion would affect the new one.
   */
  deleteBeforeReplace?: true;
  /** Checks rules that are not in the schema. */
  validate?(inputs: Properties): Failure[];
  create(plan: Properties): Promise<Resource>;
  /** Reads the real resource. Undefined when it does not exist. For an import, `state` is empty. */
  read(id: string, state: Properties): Promise<Resource | undefined>;
  /** Updates the resource and returns the new state. */
  update(id: string, state: Properties, plan: Properties): Promise<Properties>;
  delete(id: string, state: Properties): Promise<void>;
}

/** The complete wanted state for some inputs. */
export function plan(schema: Schema, inputs: Properties, state: Properties = {}): Record<string, Value> {
  const planned = Object.entries(schema).map(([name, property]): [string, Value] => {
    const kept = property.computed ? state[name] : undefined;
    return [name, whole(property, inputs[name] ?? kept ?? property.default ?? null)];
  });
  return Object.fromEntries(planned);
}

/** Completes a value with all fields of its objects. */
function whole(property: Property, value: Value): Value {
  if (property.fields === undefined) return value;
  if (Array.isArray(value)) return value.map((item) => whole(property, item));
  return isObject(value) ? plan(property.fields, value) : value;
}
