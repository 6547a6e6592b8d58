import { z } from "zod";
import { parseNetwork } from "./networks";
import { formatNumber } from "../common/format";

/**
 * The type of every value. Numbers are text too, whether they come from the engine or from a stack file. Lists, maps
 * and missing values are mistakes.
 */
const text = z.string({
  error: ({ input }) => {
    if (input === undefined) return "is not set";
    if (typeof input === "object" && input !== null && "secure" in input)
      return "must not be a secret: set it without --secret";
    return "must be one value, not a list or a map";
  },
});

/** A value that may be empty. */
export function optional<T extends z.ZodType>(value: T) {
  return z.preprocess((given) => (given === "" ? undefined : given), value.optional());
}

/** One of several words. */
export function oneOf<const T extends readonly [string, ...string[]]>(words: T) {
  return text.pipe(z.enum(words, `must be one of the supported values: ${words.join(", ")}`));
}

/** Text of 1 to `longest` characters on one line. */
export function line(longest: number) {
  return text.regex(
    // Control characters include NUL, which neither a path nor a PostgreSQL text can contain.
    new RegExp(`^[^\\p{Cc}\\p{Cs}]{1,${longest}}$`, "u"),
    `must be text of 1 to ${formatNumber(longest)} characters on one line`,
  );
}

/**
 * A text that the configuration may store as a secret. The engine decrypts it. A stack file has it encrypted, and it is
 * then read as `{ encrypted: true }`.
 */
export function secretLine(longest: number) {
  const encrypted = z.object({ secure: z.string() }).transform(() => ({ encrypted: true as const }));
  return z.union(
    [encrypted, line(longest)],
    `must be text of 1 to ${formatNumber(longest)} characters on one line`,
  );
}

/** Text of at most `longest` characters on any number of lines. It may be empty. */
export function lines(longest: number) {
  return text.regex(
    new RegExp(`^(?:[^\\p{Cc}\\p{Cs}]|[\\n\\t]){0,${longest}}$`, "u"),
    `must be text of at most ${formatNumber(longest)} characters`,
  );
}

/** `true` or `false`. */
export const yesOrNo = oneOf(["true", "false"]).transform((given) => given === "true");

/** Words that are separated by commas. The text may be empty. */
export const words = list("must be words separated by commas, such as prod,production");

const networks = "must be networks in CIDR notation separated by commas, such as 10.0.0.0/8,192.168.7.0/24";

/** Networks in CIDR notation that are separated by commas. The text may be empty. */
export const cidrs = list(networks).superRefine((given, context) => {
  const problem = given.map(networkProblem).find((each) => each !== undefined);
  if (problem !== undefined) context.addIssue({ code: "custom", message: problem });
});

/**
 * The problem of one network. PostgreSQL would ignore the bits beyond the prefix and admit more addresses than
 * intended.
 */
function networkProblem(given: string): string | undefined {
  const network = parseNetwork(given);
  if (network === undefined) return networks;
  if (network.mapped) return `has ${given}, from which no connection can come: write it as an IPv4 network`;
  const { hostBits } = network;
  return hostBits === undefined
    ? undefined
    : `has ${given}, an address within a network: write ${hostBits.network} for the network, or ${hostBits.address} for the address`;
}

function list(problem: string) {
  return text.regex(/^[^\p{Cc}\p{Cs}]{0,1000}$/u, problem).transform((given) =>
    given
      .split(",")
      .map((each) => each.trim())
      .filter((each) => each !== ""),
  );
}

/** A whole number; `5000000`, `5_000_000` and `5e6` are the same. */
export function wholeNumber(least: number, most: number) {
  return number(
    (value) => Number.isInteger(value) && value >= least && value <= most,
    `must be a whole number from ${formatNumber(least)} to ${formatNumber(most)}`,
  );
}

/** A number of at least `least` and at most `most`. */
export function decimal(least: number, most: number) {
  return number(
    (value) => value >= least && value <= most,
    `must be a number from ${formatNumber(least)} to ${formatNumber(most)}`,
  );
}

/** A number above `bound` and at most `most`. */
export function decimalAbove(bound: number, most: number) {
  return number(
    (value) => value > bound && value <= most,
    `must be a number above ${formatNumber(bound)} and at most ${formatNumber(most)}`,
  );
}

/** A memory size as PostgreSQL writes it, e.g. `64MB`. */
export interface MemorySize {
  text: string;
  bytes: number;
}

const kilobytes = { kB: 1, MB: 1024, GB: 1024 ** 2, TB: 1024 ** 3 };

/**
 * A memory size. The unit is required, because PostgreSQL would count a number without a unit in kB or in pages,
 * depending on the setting.
 *
 * @param least the smallest size, in kB
 * @param most the largest size, in kB
 * @param example a valid size for the message
 */
export function memorySize(least: number, most: number, example: string) {
  const problem = `must be a size from ${least}kB to ${most}kB with its unit (kB, MB, GB or TB), such as ${example}`;
  return text
    .regex(/^\d+ ?(?:kB|MB|GB|TB)$/, problem)
    .transform((given): MemorySize => {
      const unit = given.slice(-2) as keyof typeof kilobytes;
      const count = Number.parseInt(given, 10);
      return { text: `${count}${unit}`, bytes: count * kilobytes[unit] * 1024 };
    })
    .refine(({ bytes }) => bytes >= least * 1024 && bytes <= most * 1024, problem);
}

/** An instant in UTC in ISO 8601 notation. A date without a time means midnight. */
export function instant(least: string, most: string) {
  const problem = `must be an instant in UTC from ${least} to ${most}, such as 2025-10-01T00:00:00Z`;
  return text
    .transform((given) =>
      given
        // YAML parses an unquoted instant as a timestamp, and the engine then passes it on in this form.
        .replace(/^(\S+) (\S+) \+0000 UTC$/, "$1T$2Z")
        .replace(/^(\d{4}-\d\d-\d\d)$/, "$1T00:00:00Z"),
    )
    .pipe(z.iso.datetime(problem))
    .transform((given) => new Date(given).toISOString().replace(".000Z", "Z"))
    .refine((given) => given.slice(0, 10) >= least && given.slice(0, 10) <= most, problem);
}

function number(fits: (value: number) => boolean, problem: string) {
  return text
    .regex(/^[+-]?\d+(?:_\d+)*(?:\.\d+)?(?:e[+-]?\d+)?$/i, problem)
    .transform((given) => Number(given.replaceAll("_", "")))
    .refine(fits, problem);
}
