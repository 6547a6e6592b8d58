import { readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { ExpectedError } from "../common/errors";

/** The namespace of the project's own keys. */
export const namespace = "chat-perf";

const projectFile = z.object({ config: z.record(z.string(), z.object({ default: z.unknown().optional() })) });
const stackFile = z.object({ config: z.record(z.string(), z.unknown()).nullish() }).nullish();

/**
 * A stack's configuration as the engine would give it to the program, without the engine: the defaults of
 * `Pulumi.yaml`, and over them the values of `Pulumi.<stack>.yaml` where there is such a file.
 *
 * @returns values by key, without namespace; scalars as text, anything else as it is
 * @throws ExpectedError when a file is not what Pulumi would accept
 */
export function stackValues(projectRoot: string, stack: string): Record<string, unknown> {
  const project = read(projectRoot, "Pulumi.yaml", projectFile);
  const own = read(projectRoot, `Pulumi.${stack}.yaml`, stackFile);
  // Keys of other namespaces have values, not defaults: the engine's own tags, say.
  const defaults = Object.entries(project.config)
    .filter(([key]) => !key.includes(":"))
    .map(([key, { default: value }]) => [key, value] as const);
  const given = Object.entries(own?.config ?? {})
    .map(([key, value]) => [key.includes(":") ? key : `${namespace}:${key}`, value] as const)
    .filter(([key]) => key.startsWith(`${namespace}:`))
    .map(([key, value]) => [key.slice(namespace.length + 1), value] as const);
  return Object.fromEntries([...defaults, ...given].map(([key, value]) => [key, asText(value)]));
}

/** The file's content; a file that is not there has none. */
function read<T>(projectRoot: string, name: string, shape: z.ZodType<T>): T {
  // The program has its values from the engine, and does without the 70 modules of YAML.
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- loaded when it is called, as an `import` never is
  const { parse } = require("yaml") as typeof import("yaml");
  let content: unknown;
  try {
    content = parse(readFileSync(join(projectRoot, name), "utf8"));
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code !== "ENOENT") throw new ExpectedError(`Cannot read ${name}: ${message.trim()}`);
  }
  const { data, error } = shape.safeParse(content);
  if (error !== undefined)
    throw new ExpectedError(`${name} has no map of keys and values under \`config:\`.`);
  return data;
}

/** Text as the engine makes it: an empty entry (`dataDir:`) is empty text. Lists and maps are left to be refused. */
function asText(value: unknown): unknown {
  if (value === null) return "";
  return typeof value === "number" || typeof value === "boolean" ? String(value) : value;
}
