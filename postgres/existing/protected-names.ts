import { ExpectedError } from "../../common/errors";

/** Something by its kind and name, e.g. `host`, `prod-db.example.com`. */
export type Named = [kind: string, name: string];

/**
 * Refuses names that have a protected word in them: whatever is called so is no place for a performance test.
 *
 * @throws ExpectedError with every such name
 */
export function assertUnprotected(names: readonly Named[], protectedNames: readonly string[]): void {
  const refused = names.flatMap(([kind, name]) => {
    const word = protectedWordIn(name, protectedNames);
    return word === undefined ? [] : [`\n  ${kind} ${name} (${word})`];
  });
  if (refused.length === 0) return;
  throw new ExpectedError(
    `What has a protected word in its name is left alone, and so is a server that has it:${refused.join("")}`,
    "Use another server or stack name. If this really is the place, change the words: chat-perf:protectedNames.",
  );
}

/**
 * The longest of some words that a name has in it, in upper or lower case:
 *
 * - as a word, which ends where letters end or camel case begins a new one: `db.prod.example.com`, `prod1`, `chatProd`;
 * - run together with words that servers are called by: `livedb`, `dbmain2`;
 * - if it is `prod` or has five letters or more, anywhere: `acmeprod`, `productiondb`, `preprod`.
 *
 * `prod` is also found as `prd`. English words such as `product`, `reproduction` and `prodigy` have no `prod` in them,
 * and neither have `nonprod` and `non-prod`.
 */
export function protectedWordIn(name: string, words: readonly string[]): string | undefined {
  return words
    .toSorted((a, b) => b.length - a.length)
    .find((word) => spellings(word.toLowerCase()).some((spelling) => hasWord(name, spelling)));
}

/** The shortest word that is found anywhere; shorter ones are parts of too many others, as `live` is of `deliver`. */
const LEAST_ANYWHERE = 5;

const PRODUCTION = ["prod", "prd", "production"];

/** Words of English, and some of its neighbours', that contain `prod`; and what names the opposite of production. */
const HARMLESS =
  /(?<!\p{L})(?:non|not)[^\p{L}]*prod(?:uction)?|(?<!\p{L})(?:re|co|over|under)production|produ(?:ct|kt)(?:s|iv\p{L}*)?(?!ion)|produits?|produc(?:e[drs]?|ers|ing|ible)|prodig(?:y|al|ies|ious)|prodrom\p{L}*|prodd(?:ed|ing)/gu;

/** Words that names of servers, databases and roles are put together from. */
const COMPANIONS =
  "(?:my|the|db|data|database|pg|postgres|postgresql|sql|srv|server|host|node|cluster|primary|replica|main|master|" +
  "chat|app|api|web|backend|service|svc|user|admin|owner|eu|us|aws|gcp|azure|rds|env)*";

function spellings(word: string): string[] {
  return word === "prod" ? ["prod", "prd"] : [word];
}

function hasWord(name: string, word: string): boolean {
  const split = name.replaceAll(/(\p{Ll})(?=\p{Lu})|(\p{Lu})(?=\p{Lu}\p{Ll})/gu, "$1$2 ");
  const texts = [name, split].map((text) =>
    PRODUCTION.includes(word) ? text.toLowerCase().replaceAll(HARMLESS, " ") : text.toLowerCase(),
  );
  if (word === "prod" || word.length >= LEAST_ANYWHERE) return texts.some((text) => text.includes(word));
  const literal = word.replaceAll(/[\\^$.*+?()[\]{}|/-]/g, String.raw`\$&`);
  const whole = new RegExp(`(?<!\\p{L})${COMPANIONS}${literal}${COMPANIONS}(?!\\p{L})`, "u");
  return texts.some((text) => whole.test(text));
}
