/** The non-ASCII characters in messages, and their substitutes. */
const substitutes: Readonly<Record<string, string>> = {
  "═": "=",
  "║": "|",
  "╔": "+",
  "╗": "+",
  "╚": "+",
  "╝": "+",
  "✓": "OK",
  "✗": "FAILED",
  "≥": ">=",
  "…": "...",
  "×": "x",
  "→": "->",
  "⚠": "!",
  "–": "-",
  "±": "+/-",
};

/**
 * Converts a text to ASCII if the locale has another encoding than UTF-8.
 *
 * @param environment the environment variables; a locale that is not set counts as UTF-8
 * @default the environment of this process
 */
export function forTerminal(text: string, environment: NodeJS.ProcessEnv = process.env): string {
  const { LC_ALL, LC_CTYPE, LANG } = environment;
  const locale = [LC_ALL, LC_CTYPE, LANG].find((each) => each !== undefined && each !== "");
  if (locale === undefined || /utf-?8/i.test(locale)) return text;
  // The substitute for ✓ is longer, so a blank is removed to keep the right edge of a box.
  return text
    .replace(/✓(.*) ║$/gm, "OK$1|")
    .replace(/[^\0-\x7f]/g, (character) => substitutes[character] ?? "?");
}

/** Prints a line to standard output, converted by `forTerminal`. */
export function print(line: string): void {
  console.log(forTerminal(line));
}
