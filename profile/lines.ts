import { z } from "zod";
import { ExpectedError } from "../common/errors";
import { passes } from "./passes";
import type { Profile, Unit } from "./profile";
import { distribution, figure, physical, shares } from "./shape";

const line = z.union([
  z.strictObject({ windowDays: figure.nullable() }),
  z.strictObject({ table: z.string(), rows: figure }),
  z.strictObject({ physical }),
  distribution.omit({ unit: true }).extend({ distribution: z.string(), part: z.string() }),
  shares.extend({ shares: z.string() }),
]);

/** The unit of each distribution. */
const units = new Map<string, Unit>(
  passes.flatMap(({ distributions = {} }) =>
    Object.entries(distributions).map(([name, { unit }]) => [name, unit] as const),
  ),
);

/**
 * Makes a profile of the lines that the statements have returned.
 *
 * @param source where the lines come from, for the error
 * @throws ExpectedError for a line that no statement returns, or when the last statement has not returned any
 */
export function profileOf(lines: readonly string[], source: string): Profile {
  const profile = emptyProfile();
  lines.forEach((text, i) => {
    if (text.trim() !== "") add(profile, parsed(text, `${source}, line ${i + 1}`));
  });
  if (Object.keys(profile.physical).length > 0) return profile;
  throw new ExpectedError(
    `${source} is not complete: the result of the last statement is missing.`,
    "Run the whole script of `npm run profile -- --print-sql` by `psql --no-psqlrc -AtqX -f`, and use its output.",
  );
}

/** A profile that says nothing yet. */
export function emptyProfile(): Profile {
  return {
    format: "chat-perf-profile",
    version: 1,
    rows: {},
    windowDays: null,
    distributions: {},
    shares: {},
    physical: {},
  };
}

function add(profile: Profile, found: z.infer<typeof line>): void {
  if ("windowDays" in found) profile.windowDays = found.windowDays;
  else if ("table" in found) profile.rows[found.table] = found.rows;
  else if ("physical" in found) profile.physical = found.physical;
  else if ("distribution" in found) {
    const { distribution: name, part, ...rest } = found;
    (profile.distributions[name] ??= {})[part] = { unit: units.get(name) ?? "count", ...rest };
  } else {
    const { shares: name, ...rest } = found;
    profile.shares[name] = rest;
  }
}

function parsed(text: string, where: string): z.infer<typeof line> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    // The error below is clearer than the parser's.
  }
  const { success, data } = line.safeParse(value);
  if (success) return data;
  throw new ExpectedError(
    `${where}, is not a line of the script that makes profiles.`,
    "Run the script of `npm run profile -- --print-sql` by `psql --no-psqlrc -AtqX -f`, and use its output unchanged.",
  );
}
