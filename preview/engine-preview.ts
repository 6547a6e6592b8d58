import { z } from "zod";
import { ExpectedError } from "../common/errors";

/** The parts of the output of `pulumi preview --json` that are read here. */
const previewSchema = z.object({
  config: z.record(z.string(), z.string()).default({}),
  steps: z.array(z.unknown()).default([]),
  diagnostics: z
    .array(z.object({ message: z.string(), severity: z.string(), urn: z.string().optional() }))
    .default([]),
});

const stateSchema = z.object({
  type: z.string(),
  inputs: z.record(z.string(), z.unknown()).default({}),
  outputs: z.record(z.string(), z.unknown()).default({}),
  protect: z.boolean().default(false),
});

const stepSchema = z.object({
  op: z.string(),
  urn: z.string(),
  oldState: stateSchema.optional(),
  newState: stateSchema.optional(),
});

/** What the engine plans to do with one resource. */
export interface Step {
  action: "create" | "update" | "replace" | "delete" | "same";
  /** The last part of the resource's type, e.g. `Setting`, `Database`, `RandomPassword`. */
  kind: string;
  name: string;
  /** The present inputs. */
  before: Values;
  /** The inputs after the update. */
  after: Values;
}

/** The inputs or outputs of a resource, by name. */
export type Values = Readonly<Record<string, unknown>>;

/** A preview by the engine. */
export interface EnginePreview {
  /** The configuration by key without namespace, including defaults. */
  config: Readonly<Record<string, string>>;
  steps: Step[];
  /** The present outputs of the stack. They are empty for a stack that was never up. */
  outputs: Values;
  errors: string[];
  warnings: string[];
}

/**
 * Reads the output of `pulumi preview --json`.
 *
 * @throws ExpectedError when it is not JSON
 */
export function readPreview(json: string): EnginePreview {
  const { config, steps, diagnostics } = previewSchema.parse(parsed(json));
  const known = steps.map((step) => stepSchema.parse(step));
  const stack = known.find(({ urn }) => typeOf(urn) === "pulumi:pulumi:Stack");
  const said = (severity: string): string[] => [
    ...new Set(diagnostics.filter((each) => each.severity === severity).map(({ message }) => tidy(message))),
  ];
  return {
    config: Object.fromEntries(
      Object.entries(config).map(([key, value]) => [key.slice(key.indexOf(":") + 1), value]),
    ),
    steps: known.filter((step) => step !== stack && isResource(step.urn)).flatMap(stepOf),
    outputs: stack?.oldState?.outputs ?? {},
    // The engine always adds this message to the errors.
    errors: said("error").filter((message) => message !== "preview failed"),
    warnings: said("warning").filter((message) => !message.startsWith("The provider for this resource has")),
  };
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    throw new ExpectedError(
      "This is not what `pulumi preview --json` prints.",
      "Give only its standard output, without its standard error.",
    );
  }
}

/** The actions by the engine's operation. The engine also lists both halves of a replacement, which are left out. */
const actions: Record<string, Step["action"]> = {
  create: "create",
  import: "create",
  update: "update",
  replace: "replace",
  delete: "delete",
  same: "same",
};

function stepOf({ op, urn, oldState, newState }: z.infer<typeof stepSchema>): Step[] {
  const action = actions[op];
  if (action === undefined) return [];
  return [
    {
      action,
      kind: typeOf(urn).split(":").at(-1)!,
      name: urn.split("::").at(-1)!,
      before: oldState?.inputs ?? {},
      after: newState?.inputs ?? {},
    },
  ];
}

/** Whether this is a resource and not a component, which only groups resources. */
function isResource(urn: string): boolean {
  return !typeOf(urn).startsWith("chat-perf:");
}

/** The type of the resource itself. The URN also has the types of its parents. */
function typeOf(urn: string): string {
  return urn.split("::")[2]?.split("$").at(-1) ?? "";
}

function tidy(message: string): string {
  return message.replace(/^(?:error|warning): /, "").trim();
}
