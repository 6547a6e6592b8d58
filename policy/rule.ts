import type { ResourceValidationPolicy } from "@pulumi/policy";

/** The resource that a rule checks. */
export interface Subject {
  /** The inputs of the resource. Inputs that are unknown in a preview are missing. The update checks them. */
  props: Readonly<Record<string, unknown>>;
}

/** A rule for resources of some types. */
export interface Rule {
  /** The identifier of the rule, e.g. `roles-have-no-powers`. */
  name: string;
  /** One sentence that is shown with a violation. */
  description: string;
  /** The type tokens of the resources, e.g. `postgresql:index/role:Role`. */
  types: readonly string[];
  /**
   * Whether a violation stops the update or is only reported.
   *
   * @default mandatory
   */
  enforcementLevel?: "advisory" | "mandatory";
  /** The violations of a resource. Each sentence says what is wrong and what to change. */
  violations: (subject: Subject) => string[];
}

/** Converts the rule to a policy of Pulumi. */
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

/** The name of the stack in a URN (`urn:pulumi:STACK::…`). */
export function stackOf(urn: string): string {
  return urn.slice("urn:pulumi:".length, urn.indexOf("::"));
}

/** The properties whose values are known. Reading an unknown one throws in a preview. */
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

/** Whether the property is true. The plugins also accept the text `true`. */
export function isTrue(value: unknown): boolean {
  return String(value) === "true";
}

/** The property as a list of texts. It is empty when the property is not a list. */
export function list(value: unknown): string[] {
  return items(value).map(String);
}

/** The property as a list of objects with their known properties. It is empty when the property is not a list. */
export function objects(value: unknown): Record<string, unknown>[] {
  return items(value).map((item) => known(item as Record<string, unknown>));
}

function items(value: unknown): unknown[] {
  return Array.isArray(value) ? Object.values(known(value as unknown as Record<string, unknown>)) : [];
}
