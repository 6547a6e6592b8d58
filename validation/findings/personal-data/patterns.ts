import { parsePhoneNumberFromString, type CountryCode } from "libphonenumber-js/max";
import isCreditCard from "validator/lib/isCreditCard";
import isIBAN from "validator/lib/isIBAN";

/** What is looked for in texts. */
export const kinds = ["email", "iban", "card", "phone"] as const;
export type Kind = (typeof kinds)[number];

export interface Match {
  kind: Kind;
  value: string;
}

/** Domains that nobody can own: RFC 2606, RFC 6761. Followed by neither a letter, a digit nor another label. */
const reserved = String.raw`(?:[A-Za-z0-9-]+\.)*(?:example(?:\.(?:com|net|org))?|test|invalid|localhost)(?!\.?[A-Za-z0-9-])`;

const address = String.raw`[A-Za-z0-9._%+-]+@(?!${reserved})(?:[A-Za-z0-9-]+\.)+[A-Za-z]{2,}`;

/**
 * The least that each kind has, for the database to tell the few texts that may have one; case does not count. It
 * means the same to PostgreSQL and to JavaScript.
 */
export const suspicious = String.raw`${address}|[+][1-9](?:[ ()./-]{0,2}[0-9]){6}|[0-9](?:[ ()./-]{0,2}[0-9]){8}`;

const emails = new RegExp(address, "gi");
const ibans = /(?<![A-Z0-9])[A-Z]{2}[0-9]{2}(?:[ -]?[A-Z0-9]){11,30}/gi;
const cards = /(?<![A-Z0-9.,+])[2-6](?:[ -]?[0-9]){12,18}(?![0-9])/gi;
const international = /(?<![A-Z0-9+])(?:\+|00)[1-9](?:[ ()./-]{0,2}[0-9]){6,14}(?![0-9])/gi;
/** As in North America, with separators: ten digits alone may be anything. */
const american =
  /(?<![A-Z0-9+.-])(?:\([2-9][0-9]{2}\) ?|[2-9][0-9]{2}[ .-])[2-9][0-9]{2}[ .-][0-9]{4}(?![0-9])/gi;
/** With a trunk prefix, as in most of the world, and a separator after the area's code. */
const trunk =
  /(?<![A-Z0-9+./-])\(?0[1-9][0-9]{0,4}\)?[ /-]{1,2}[0-9]{2,4}(?:[ -]?[0-9]{2,4}){1,4}(?![0-9])/gi;

const trunkCountries: CountryCode[] = ["GB", "DE", "FR", "NL", "BE", "CH", "AT", "SE", "AU", "JP", "IN"];

/** Days and months with a leading zero look like area codes. */
const DATE = /^\(?[0-9]{2}[ /-][0-9]{2}[ /-](?:19|20)[0-9]{2}/;

/** Given out to nobody, for use in stories (North American Numbering Plan, 555-0100 to 555-0199). */
const FICTIONAL = /55501[0-9]{2}$/;

/**
 * Email addresses outside of reserved domains, IBANs, payment cards and phone numbers in a text. Numbers count when
 * their digits check: IBANs by country and mod 97 (ISO 13616), cards by issuer and Luhn (ISO/IEC 7812), phone numbers
 * by their country's numbering plan. What is found as one kind is not found again as another.
 */
export function personalDataIn(text: string): Match[] {
  const found: Match[] = [];
  let rest = text;
  const take = (kind: Kind, pattern: RegExp, valid: (candidate: string) => string | undefined): void => {
    rest = rest.replace(pattern, (candidate) => {
      const value = valid(candidate);
      if (value === undefined) return candidate;
      found.push({ kind, value });
      // The letter keeps what is left and right of it from being read as one number.
      return candidate.replace(value, "x");
    });
  };
  take("email", emails, (candidate) => candidate);
  take("iban", ibans, ibanIn);
  take("card", cards, cardIn);
  take("phone", international, (candidate) => phone(candidate));
  take("phone", american, (candidate) => phone(candidate, "US"));
  take("phone", trunk, (candidate) => phone(candidate, ...trunkCountries));
  return found;
}

/** The beginning of a run of letters and digits that is an IBAN: words in capitals may follow it. */
function ibanIn(run: string): string | undefined {
  return beginnings(run).find((candidate) => isIBAN(candidate));
}

/** The groups of digits at the beginning of a run that are a card's number: its date of expiry may follow it. */
function cardIn(run: string): string | undefined {
  return beginnings(run).find((candidate) => isCreditCard(candidate));
}

/** The whole and what ends at one of its separators, longest first. */
function beginnings(run: string): string[] {
  return [run, ...Array.from(run.matchAll(/[ -]/g), ({ index }) => run.slice(0, index)).reverse()];
}

/** The candidate, when it is a number that somebody may have. */
function phone(candidate: string, ...countries: CountryCode[]): string | undefined {
  if (DATE.test(candidate)) return undefined;
  const written = candidate.replace(/^00/, "+");
  const mayBe = (country?: CountryCode): boolean => {
    const number = parsePhoneNumberFromString(written, country);
    if (!number?.isValid()) return false;
    return number.countryCallingCode !== "1" || !FICTIONAL.test(number.nationalNumber);
  };
  return (countries.length === 0 ? mayBe() : countries.some(mayBe)) ? candidate : undefined;
}
