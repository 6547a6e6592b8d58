import { ExpectedError } from "../../common/errors";

/** A kind and a name, e.g. `host`, `prod-db.example.com`. */
export type Named = [kind: string, name: string];

/**
 * Refuses names that contain a protected word, because a performance test must not run there.
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
    `This server has names that contain a protected word. Nothing on it was changed:${refused.join("")}`,
    "Use another server or stack name. If this is the right server, remove the word from chat-perf:protectedNames.",
  );
}

/**
 * The longest of some words that a name contains, in upper or lower case:
 *
 * - as a separate word, which ends where the letters end or where camel case begins a new word: `db.prod.example.com`,
 *   `prod1`, `chatProd`;
 * - joined with words that are common in server names: `livedb`, `dbmain2`;
 * - anywhere, if it is `prod` or has five letters or more: `acmeprod`, `productiondb`, `preprod`.
 *
 * `prod` also matches `prd`. English words such as `product`, `reproduction` and `prodigy` do not match `prod`, nor do
 * `nonprod` and `non-prod`.
 */
export function protectedWordIn(name: string, words: readonly string[]): string | undefined {
  return words
    .toSorted((a, b) => b.length - a.length)
    .find((word) => spellings(word.toLowerCase()).some((spelling) => hasWord(name, spelling)));
}

/**
 * The length from which a word matches anywhere in a name. Shorter words are part of too many others, as `live` is of
 * `deliver`.
 */
const LEAST_ANYWHERE = 5;

const PRODUCTION = ["prod", "prd", "production"];

/** Matches words of English and some other languages that contain `prod`, and names for the opposite of production. */
const HARMLESS =
  /(?<!\p{L})(?:non|not)[^\p{L}]*prod(?:uction)?|(?<!\p{L})(?:re|co|over|under)production|produ(?:ct|kt)(?:s|iv\p{L}*)?(?!ion)|produits?|produc(?:e[drs]?|ers|ing|ible)|prodig(?:y|al|ies|ious)|prodrom\p{L}*|prodd(?:ed|ing)/gu;

/** Matches words that are common in names of servers, databases and roles. */
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
