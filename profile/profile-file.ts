import { readFileSync } from "node:fs";
import { z } from "zod";
import { ExpectedError } from "../common/errors";
import { writeWhole } from "../common/write-file";
import type { Profile } from "./profile";
import { distribution, figure, physical, shares } from "./shape";

const profile = z.strictObject({
  format: z.literal("chat-perf-profile"),
  version: z.literal(1),
  rows: z.record(z.string(), figure),
  windowDays: figure.nullable(),
  distributions: z.record(z.string(), z.record(z.string(), distribution)),
  shares: z.record(z.string(), shares),
  physical,
}) satisfies z.ZodType<Profile>;

/**
 * Reads a profile.
 *
 * @throws ExpectedError for a file that is missing or is no profile
 */
export function readProfile(file: string): Profile {
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(file, "utf8"));
  } catch (error) {
    throw new ExpectedError(
      `The profile ${file} cannot be read: ${(error as Error).message}.`,
      "Name a file that `npm run profile -- --output FILE` has written.",
    );
  }
  const { success, data, error } = profile.safeParse(value);
  if (success) return data;
  const [issue] = error.issues;
  throw new ExpectedError(
    `${file} is no profile of version 1: ${issue?.path.join(".") ?? ""} ${issue?.message ?? ""}.`,
    "Make the profile again with `npm run profile`.",
  );
}

/** Writes a profile. */
export function writeProfile(file: string, made: Profile): void {
  writeWhole(file, `${JSON.stringify(made, null, 1)}\n`);
}
