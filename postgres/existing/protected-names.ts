import { ExpectedError } from "../../runtime/errors";

/** Something by its kind and name, e.g. `host`, `prod-db.example.com`. */
export type Named = [kind: string, name: string];

/**
 * Refuses names that have a protected word in them, as `prod-db.example.com`, `chat_prod` and `prod1` have `prod` and
 * `product` has not: whatever is called so is no place for a performance test.
 *
 * @throws ExpectedError with every such name
 */
export function assertUnprotected(names: readonly Named[], protectedNames: readonly string[]): void {
  const refused = names.flatMap(([kind, name]) => {
    const word = protectedNames.find((each) => hasWord(name, each));
    return word === undefined ? [] : [`\n  ${kind} ${name} (${word})`];
  });
  if (refused.length === 0) return;
  throw new ExpectedError(
    `What has a protected word in its name is left alone, and so is a server that has it:${refused.join("")}`,
    "Use another server or stack name. If this really is the place, change the words: chat-perf:protectedNames.",
  );
}

/** Letters end a word, and nothing else does. */
function hasWord(name: string, word: string): boolean {
  const literal = word.replaceAll(/[\\^$.*+?()[\]{}|/-]/g, String.raw`\$&`);
  return new RegExp(`(?<!\\p{L})${literal}(?!\\p{L})`, "iu").test(name);
}
