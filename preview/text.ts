/** A password within a URL, anywhere in a text. */
const credentials = /(\b[a-z][a-z\d+.-]*:\/\/[^\s:/@]*):[^\s@/]*@/gi;

/** The most characters of a value. Longer values are cut, because a reviewer needs to know only that they change. */
const LONGEST_VALUE = 80;

/** Writes any value as code on one line, which is also valid in the cell of a table. */
export function code(value: string): string {
  const line = withoutPasswords(value).replace(/\s+/g, " ").replaceAll("`", "'").replaceAll("|", "¦");
  const cut = line.length > LONGEST_VALUE ? `${line.slice(0, LONGEST_VALUE)}…` : line;
  return `\`${cut === "" ? " " : cut}\``;
}

/** Writes a text from outside as plain text on one line. Nothing in it is markup, and it notifies nobody. */
export function inline(text: string): string {
  return withoutPasswords(text)
    .replace(/\s+/g, " ")
    .replace(/[\\`*_[\]#|<>~]/g, (character) => `\\${character}`)
    .replaceAll("@", "@\u200b");
}

/** Writes a text of several lines as a code block. */
export function block(text: string): string {
  return `\`\`\`text\n${withoutPasswords(text).replaceAll("```", "'''")}\n\`\`\``;
}

/** Writes a table, whose cells are Markdown. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n");
}

function withoutPasswords(text: string): string {
  return text.replace(credentials, "$1:…@");
}
