/** The number of columns that a line of output fits into. */
export const WIDTH = 80;

/**
 * Breaks a text at blanks into lines of at most `WIDTH` columns. Words that are longer stay whole.
 *
 * @param start the beginning of the first line, which counts to its columns and is not returned
 * @param indent the blanks at the beginning of all other lines
 */
export function wrap(text: string, start: number, indent = start): string {
  const lines: string[] = [];
  let [line, used] = ["", start];
  for (const word of text.split(" ")) {
    if (line !== "" && used + line.length + 1 + word.length > WIDTH) {
      lines.push(line);
      [line, used] = [word, indent];
    } else line = line === "" ? word : `${line} ${word}`;
  }
  return [...lines, line].join(`\n${" ".repeat(indent)}`);
}
