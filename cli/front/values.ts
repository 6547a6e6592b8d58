import { ExpectedError } from "../../common/errors";

/** The option with which most commands name a stack. */
export const stackOption = { value: "NAME", short: "s" } as const;

/** The two arguments after an option such as `--compare`. Undefined when there are fewer or more. */
export function twoOf([one, other, ...more]: readonly string[]): [string, string] | undefined {
  return one !== undefined && other !== undefined && more.length === 0 ? [one, other] : undefined;
}

/**
 * Parses the whole number of an option. Groups of digits may be separated, as in 200_000 or 200,000.
 *
 * @throws ExpectedError for anything else
 */
export function wholeNumber(option: string, given: string): number {
  const digits = given.replaceAll(/(?<=\d)[_,](?=\d)/g, "");
  if (/^\d+$/.test(digits)) return Number(digits);
  throw new ExpectedError(`--${option} must be a whole number such as 4, but it is "${given}".`);
}
