import type { Rule } from "../rule";

/** Characters of a password, of which each has some 6 bits. */
const LEAST_LENGTH = 32;

export const passwordRules: Rule[] = [
  {
    name: "passwords-are-long",
    description: "Nobody guesses a password.",
    types: ["random:index/randomPassword:RandomPassword"],
    violations: ({ props }) =>
      Number(props.length) < LEAST_LENGTH
        ? [`The password has ${Number(props.length)} characters: set length to ${LEAST_LENGTH} or more.`]
        : [],
  },
];
