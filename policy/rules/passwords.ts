import type { Rule } from "../rule";

/** Characters of a password. */
const LEAST_LENGTH = 32;

/** Bits of a password that nobody guesses, whatever the hardware. */
const LEAST_BITS = 128;

/** How many characters the plugin takes for special ones where nobody names others. */
const SPECIAL = 21;

/** The random bits in a password, by the characters that it is made of. */
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
    description: "Nobody guesses a password.",
    types: ["random:index/randomPassword:RandomPassword"],
    violations: ({ props }) => {
      if (Number(props.length) < LEAST_LENGTH) {
        return [
          `The password has ${Number(props.length)} characters: set length to ${LEAST_LENGTH} or more.`,
        ];
      }
      return bits(props) < LEAST_BITS
        ? [
            `The password has ${Math.floor(bits(props))} random bits of ${LEAST_BITS}: let it have letters of both cases and digits.`,
          ]
        : [];
    },
  },
];
