import type { Rule } from "../rule";

/** The smallest number of characters of a password. */
const LEAST_LENGTH = 32;

/** The smallest number of random bits of a password. No hardware can guess 128 bits. */
const LEAST_BITS = 128;

/** The number of special characters that the plugin uses by default. */
const SPECIAL = 21;

/** The number of random bits in a password, calculated from its length and its set of characters. */
function bits(props: Readonly<Record<string, unknown>>): number {
  const special = typeof props.overrideSpecial === "string" ? new Set(props.overrideSpecial).size : SPECIAL;
  const kinds = { lower: 26, upper: 26, numeric: 10, special };
  const characters = Object.entries(kinds)
    .filter(([kind]) => props[kind] !== false)
    .reduce((sum, [, count]) => sum + count, 0);
  return Number(props.length) * Math.log2(Math.max(1, characters));
}

export const passwordRules: Rule[] = [
  {
    name: "passwords-are-long",
    description: "Passwords are too long to be guessed.",
    types: ["random:index/randomPassword:RandomPassword"],
    violations: ({ props }) => {
      if (Number(props.length) < LEAST_LENGTH) {
        return [
          `The password has ${Number(props.length)} characters: set length to ${LEAST_LENGTH} or more.`,
        ];
      }
      return bits(props) < LEAST_BITS
        ? [
            `The password has ${Math.floor(bits(props))} random bits, and it needs ${LEAST_BITS}: allow upper-case letters, lower-case letters and digits.`,
          ]
        : [];
    },
  },
];
