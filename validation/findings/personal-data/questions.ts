import { unknown, type Answer, type Inquiry, type Question } from "../question";
import type { Kind } from "./patterns";
import { scanFreeText, type Scan } from "./scan";

const keys: Record<Kind, string> = {
  email: "email_domains",
  phone: "phone_numbers",
  card: "card_numbers",
  iban: "ibans",
};

/**
 * The questions on personal data. Each is good when there is none, and a problem otherwise.
 *
 * It is a notice when all addresses outside of reserved domains begin with `syn_` or `synthetic_`: they belong to nobody,
 * but a real mail server could receive their mail. It is unknown when there are too many suspicious texts to read all of
 * them, and those that were read contain none.
 */
export const personalData: readonly Question[] = [
  question("email", "Addresses on reserved domains", "email addresses outside of the reserved domains"),
  question("phone", "Phone numbers", "phone numbers"),
  question("card", "Payment cards", "payment card numbers"),
  question("iban", "IBANs", "IBANs"),
];

function question(kind: Kind, name: string, what: string): Question {
  return {
    key: keys[kind],
    name,
    subject: "privacy",
    expected: `no ${what} in names, addresses and texts`,
    needs: [],
    answer: async (inquiry: Inquiry) => judge(await scanFreeText(inquiry), kind, what),
  };
}

function judge(scan: Scan, kind: Kind, what: string): Answer {
  const { rows, synthetic, samples } = scan.tallies[kind];
  const { cutShort, unread, any } = scan;
  if (!any) return unknown("The database has no text columns to read.");
  if (rows === 0 && cutShort.length > 0) {
    return unknown(
      `Only the first 10,000 suspicious rows of ${cutShort.join(", ")} were read; none has ${what}.`,
    );
  }
  const least = cutShort.length > 0 ? "at least " : "";
  return {
    outcome: rows === 0 ? "good" : rows === synthetic ? "notice" : "problem",
    value: rows,
    measured:
      `${least}${rows} ${rows === 1 ? "row has" : "rows have"} ${what}` +
      (synthetic > 0 ? `, ${synthetic} of them synthetic` : "") +
      (unread.length > 0 ? `; these columns could not be read: ${unread.join(", ")}` : ""),
    samples,
  };
}
