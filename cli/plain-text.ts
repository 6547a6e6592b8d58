/** Characters beyond ASCII that the project's lines have, each with what stands for it. */
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
 * The text as a terminal can show it: in ASCII where the locale says that it knows nothing else.
 *
 * @param environment default: this process's; a locale that is not set is taken to be UTF-8
 */
export function forTerminal(text: string, environment: NodeJS.ProcessEnv = process.env): string {
  const { LC_ALL, LC_CTYPE, LANG } = environment;
  const locale = [LC_ALL, LC_CTYPE, LANG].find((each) => each !== undefined && each !== "");
  if (locale === undefined || /utf-?8/i.test(locale)) return text;
  // A box keeps its right edge.
  return text
    .replace(/✓(.*) ║$/gm, "OK$1|")
    .replace(/[^\0-\x7f]/g, (character) => substitutes[character] ?? "?");
}

/** Prints a line to standard output as the terminal can show it. */
export function print(line: string): void {
  console.log(forTerminal(line));
}
