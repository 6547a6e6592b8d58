import { isObject, type Properties, type Value } from "./values";

/** One property of a resource type, as in the vendor's schema. */
export interface Property {
  /** A `set` is a list without order or repetition, kept sorted. */
  type: "string" | "number" | "boolean" | "list" | "set" | "map" | "object";
  /** The properties of an object, or of each item of a list or set. Left out where the items are texts. */
  fields?: Schema;
  required?: true;
  /** The value of a property that is not given. Default: null. */
  default?: Value;
  /** Decided by the server when not given: unknown in preview, never a difference. */
  computed?: true;
  /** An output only, or an input that the vendor's plugin has and this one does not. */
  readonly?: true;
  /** A new value takes a new resource. */
  replaces?: true;
  /** Always secret in the outputs. */
  secret?: true;
}

export type Schema = Readonly<Record<string, Property>>;

/** Why an input was refused. */
export interface Failure {
  property: string;
  reason: string;
}

/** A resource as it is: the state holds every property of the schema and the `id`. */
export interface Resource {
  id: string;
  state: Properties;
}

/**
 * What a plugin does for one type of resource. All values are plain: free of secret markers and, beside those
 * that `validate` sees, of unknown values.
 *
 * A plan is the whole wanted state: inputs, defaults for what is not given, null for what is still to be computed.
 */
export interface ResourceType {
  schema: Schema;
  /** The type is written in the vendor's newer framework: its inputs hold no defaults and its outputs no nulls. */
  terse?: true;
  /** Two of the same name cannot exist side by side, or deleting the old one would harm the new. */
  deleteBeforeReplace?: true;
  /** Rules beyond the schema's. */
  validate?(inputs: Properties): Failure[];
  create(plan: Properties): Promise<Resource>;
  /** What there really is, or undefined when it is gone. On import, `state` is empty. */
  read(id: string, state: Properties): Promise<Resource | undefined>;
  /** Returns the new state. */
  update(id: string, state: Properties, plan: Properties): Promise<Properties>;
  delete(id: string, state: Properties): Promise<void>;
}

/** The whole wanted state for some inputs. */
export function plan(schema: Schema, inputs: Properties, state: Properties = {}): Record<string, Value> {
  const planned = Object.entries(schema).map(([name, property]): [string, Value] => {
    const kept = property.computed ? state[name] : undefined;
    return [name, whole(property, inputs[name] ?? kept ?? property.default ?? null)];
  });
  return Object.fromEntries(planned);
}

/** A value with all fields of its objects. */
function whole(property: Property, value: Value): Value {
  if (property.fields === undefined) return value;
  if (Array.isArray(value)) return value.map((item) => whole(property, item));
  return isObject(value) ? plan(property.fields, value) : value;
}
