import { parsePhoneNumberFromString, type CountryCode } from "libphonenumber-js/max";
import isCreditCard from "validator/lib/isCreditCard";
import isIBAN from "validator/lib/isIBAN";

/** The kinds of personal data that are searched for. */
export const kinds = ["email", "iban", "card", "phone"] as const;
export type Kind = (typeof kinds)[number];

/** Personal data that was found in a text. */
export interface Match {
  kind: Kind;
  value: string;
}

/** Domains that nobody can own (RFC 2606, RFC 6761). No letter, digit or further label may follow. */
const reserved = String.raw`(?:[A-Za-z0-9-]+\.)*(?:example(?:\.(?:com|net|org))?|test|invalid|localhost)(?!\.?[A-Za-z0-9-])`;

const address = String.raw`[A-Za-z0-9._%+-]+@(?!${reserved})(?:[A-Za-z0-9-]+\.)+[A-Za-z]{2,}`;

/**
 * A pattern, without case, that every kind of personal data matches. The database selects with it the few texts that may
 * contain some. It has the same meaning in PostgreSQL and in JavaScript.
 */
export const suspicious = String.raw`${address}|[+][1-9](?:[ ()./-]{0,2}[0-9]){6}|[0-9](?:[ ()./-]{0,2}[0-9]){8}`;

const emails = new RegExp(address, "gi");
const ibans = /(?<![A-Z0-9])[A-Z]{2}[0-9]{2}(?:[ -]?[A-Z0-9]){11,30}/gi;
const cards = /(?<![A-Z0-9.,+])[2-6](?:[ -]?[0-9]){12,18}(?![0-9])/gi;
const international = /(?<![A-Z0-9+])(?:\+|00)[1-9](?:[ ()./-]{0,2}[0-9]){6,14}(?![0-9])/gi;
/** North American numbers with separators. Ten digits without separators may be anything. */
const american =
  /(?<![A-Z0-9+.-])(?:\([2-9][0-9]{2}\) ?|[2-9][0-9]{2}[ .-])[2-9][0-9]{2}[ .-][0-9]{4}(?![0-9])/gi;
/** Numbers with a trunk prefix, as in most countries, and a separator after the area code. */
const trunk =
  /(?<![A-Z0-9+./-])\(?0[1-9][0-9]{0,4}\)?[ /-]{1,2}[0-9]{2,4}(?:[ -]?[0-9]{2,4}){1,4}(?![0-9])/gi;

const trunkCountries: CountryCode[] = ["GB", "DE", "FR", "NL", "BE", "CH", "AT", "SE", "AU", "JP", "IN"];

/** Days and months with a leading zero look like area codes. */
const DATE = /^\(?[0-9]{2}[ /-][0-9]{2}[ /-](?:19|20)[0-9]{2}/;

/** Numbers that are reserved for fiction (North American Numbering Plan, 555-0100 to 555-0199). */
const FICTIONAL = /55501[0-9]{2}$/;

/**
 * Finds email addresses outside of reserved domains, IBANs, payment card numbers and phone numbers in a text.
 *
 * A number counts only when it is valid: an IBAN by country and mod 97 (ISO 13616), a card by issuer and Luhn (ISO/IEC
 * 7812), a phone number by its country's numbering plan. Each piece of text counts as one kind only.
 */
export function personalDataIn(text: string): Match[] {
  const found: Match[] = [];
  let rest = text;
  const take = (kind: Kind, pattern: RegExp, valid: (candidate: string) => string | undefined): void => {
    rest = rest.replace(pattern, (candidate) => {
      const value = valid(candidate);
      if (value === undefined) return candidate;
      found.push({ kind, value });
      // The letter keeps the digits on both sides of it from being read as one number.
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

/** Finds an IBAN at the beginning of a run of letters and digits. Words in capitals may follow it. */
function ibanIn(run: string): string | undefined {
  return beginnings(run).find((candidate) => isIBAN(candidate));
}

/** Finds a card number at the beginning of a run of digits. Its date of expiry may follow it. */
function cardIn(run: string): string | undefined {
  return beginnings(run).find((candidate) => isCreditCard(candidate));
}

/** The run itself, and its beginnings that end at a separator, the longest first. */
function beginnings(run: string): string[] {
  return [run, ...Array.from(run.matchAll(/[ -]/g), ({ index }) => run.slice(0, index)).reverse()];
}

/** Returns the candidate when it is a phone number that a person may have. */
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
