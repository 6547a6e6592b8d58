import { ExpectedError } from "../../common/errors";

/** The option with which most commands name a stack. */
export const stackOption = { value: "NAME", short: "s" } as const;

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
