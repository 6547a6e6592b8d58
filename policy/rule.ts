import type { ResourceValidationPolicy } from "@pulumi/policy";

/** A resource as a rule sees it. */
export interface Subject {
  /** Inputs. What only the update will know is missing: it is checked then. */
  props: Readonly<Record<string, unknown>>;
}

/** What resources of some types must keep to. */
export interface Rule {
  /** Its identifier, e.g. `roles-have-no-powers`. */
  name: string;
  /** One sentence. */
  description: string;
  /** Type tokens, e.g. `postgresql:index/role:Role`. */
  types: readonly string[];
  /** Whether a violation stops the update or is only said. Default: it stops. */
  enforcementLevel?: "advisory" | "mandatory";
  /** What is wrong, each with what to change; nothing where all is well. */
  violations: (subject: Subject) => string[];
}

/** The rule as Pulumi takes it. */
export function asPolicy(rule: Rule): ResourceValidationPolicy {
  const { name, description, types, enforcementLevel = "mandatory", violations } = rule;
  return {
    name,
    description,
    enforcementLevel,
    validateResource: ({ type, props }, report) => {
      if (!types.includes(type)) return;
      for (const violation of violations({ props: known(props) })) report(violation);
    },
  };
}

/** The stack of a URN: `urn:pulumi:STACK::…`. */
export function stackOf(urn: string): string {
  return urn.slice("urn:pulumi:".length, urn.indexOf("::"));
}

/** The properties that can be read: those that are not known in a preview throw. */
export function known(props: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const readable = Object.keys(props).flatMap((key) => {
    try {
      return [[key, props[key]] as const];
    } catch {
      return [];
    }
  });
  return Object.fromEntries(readable);
}

/** A list of texts among the properties; empty where there is none. */
export function list(value: unknown): string[] {
  return items(value).map(String);
}

/** A list of objects among the properties, each with what can be read of it; empty where there is none. */
export function objects(value: unknown): Record<string, unknown>[] {
  return items(value).map((item) => known(item as Record<string, unknown>));
}

function items(value: unknown): unknown[] {
  return Array.isArray(value) ? Object.values(known(value as unknown as Record<string, unknown>)) : [];
}
