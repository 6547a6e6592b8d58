import { readFileSync } from "node:fs";
import { z } from "zod";
import { writeWhole } from "../../common/write-file";
import { ExpectedError } from "../../common/errors";
import type { Capture } from "../capture";

const texts = z.record(z.string(), z.string());
const blocks = z.array(z.array(z.number()));
const labels = { query: z.string(), title: z.string(), target_ms: z.number().exactOptional() };

const capture: z.ZodType<Capture> = z.object({
  kind: z.enum(["pre-optimization", "post-optimization"]),
  version: z.literal(1),
  captured_at: z.string(),
  experiment: z.string().exactOptional(),
  equal_arms: z.literal(true).exactOptional(),
  frequencies: z
    .object({
      source: z.enum(["pg_stat_statements", "share headers"]),
      of: z.record(z.string(), z.number()),
    })
    .exactOptional(),
  conditions: z.object({
    server_version: z.string(),
    database: z.string(),
    seed: z.string(),
    settings: texts,
    dataset: texts,
    queries: texts,
  }),
  tables: z.array(z.object({ name: z.string(), rows: z.number(), bytes: z.number() })),
  indexes: z.array(
    z.object({
      name: z.string(),
      table: z.string(),
      definition: z.string(),
      bytes: z.number(),
      valid: z.boolean(),
      maintained: z.boolean().exactOptional(),
      build_seconds: z.number().exactOptional(),
    }),
  ),
  queries: z.array(
    z.object({
      ...labels,
      stratum: z.string(),
      plan: z.unknown(),
      warm_ms: blocks,
      cold_ms: z.array(z.number()).exactOptional(),
      rows: z.number(),
    }),
  ),
  writes: z.object({ ...labels, insert_ms: blocks, wal_bytes_per_row: z.number() }),
  cold_by: z.string().exactOptional(),
});

/** Writes a capture as JSON. A run that is stopped leaves no incomplete file. */
export function writeCapture(file: string, written: Capture): void {
  writeWhole(file, `${JSON.stringify(written)}\n`);
}

/**
 * Reads a capture back.
 *
 * @throws ExpectedError when the file does not exist or is not a complete capture
 */
export function readCapture(file: string): Capture {
  const { data, error } = capture.safeParse(parsed(file));
  if (error === undefined) return data;
  const { path, message } = error.issues[0]!;
  throw notWhole(file, `${path.join(".")}: ${message}`);
}

function parsed(file: string): unknown {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (error) {
    throw new ExpectedError(
      `The capture ${file} cannot be read: ${(error as Error).message}.`,
      "Give a file that --pre-optimization or --post-optimization has written.",
    );
  }
  try {
    return JSON.parse(text);
  } catch (error) {
    throw notWhole(file, (error as Error).message);
  }
}

function notWhole(file: string, problem: string): ExpectedError {
  return new ExpectedError(
    `${file} is not a whole capture: ${problem}.`,
    "Capture it again by --pre-optimization or --post-optimization.",
  );
}
