import { readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { ExpectedError } from "../common/errors";

/** The namespace of the project's configuration keys. */
export const namespace = "chat-perf";

const projectFile = z.object({ config: z.record(z.string(), z.object({ default: z.unknown().optional() })) });
const stackFile = z.object({ config: z.record(z.string(), z.unknown()).nullish() }).nullish();

/**
 * Reads a stack's configuration without the engine: the defaults of `Pulumi.yaml`, and the values of
 * `Pulumi.<stack>.yaml`, if it exists, over them.
 *
 * @returns the values by key, without namespace; scalars are text
 * @throws ExpectedError when Pulumi would not accept a file
 */
export function stackValues(projectRoot: string, stack: string): Record<string, unknown> {
  const project = read(projectRoot, "Pulumi.yaml", projectFile);
  const own = read(projectRoot, `Pulumi.${stack}.yaml`, stackFile);
  // Keys of other namespaces, e.g. the engine's tags, have no defaults.
  const defaults = Object.entries(project.config)
    .filter(([key]) => !key.includes(":"))
    .map(([key, { default: value }]) => [key, value] as const);
  const given = Object.entries(own?.config ?? {})
    .map(([key, value]) => [key.includes(":") ? key : `${namespace}:${key}`, value] as const)
    .filter(([key]) => key.startsWith(`${namespace}:`))
    .map(([key, value]) => [key.slice(namespace.length + 1), value] as const);
  return Object.fromEntries([...defaults, ...given].map(([key, value]) => [key, asText(value)]));
}

/** Reads the content of a file. A missing file is empty. */
function read<T>(projectRoot: string, name: string, shape: z.ZodType<T>): T {
  // It has 70 modules. The program does not need them, because the engine gives it the values.
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- loaded when it is called, as an `import` never is
  const { parse } = require("yaml") as typeof import("yaml");
  let content: unknown;
  try {
    content = parse(readFileSync(join(projectRoot, name), "utf8"));
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code !== "ENOENT")
      throw new ExpectedError(`Cannot read ${name}: ${message.trim()}`, "Correct the file.");
  }
  const { data, error } = shape.safeParse(content);
  if (error !== undefined)
    throw new ExpectedError(`${name} has no map of keys and values under \`config:\`.`, "Correct the file.");
  return data;
}

/**
 * Converts a scalar to text as the engine does. An empty entry (`dataDir:`) becomes empty text. Lists and maps are not
 * converted, so that they are refused later.
 */
function asText(value: unknown): unknown {
  if (value === null) return "";
  return typeof value === "number" || typeof value === "boolean" ? String(value) : value;
}
