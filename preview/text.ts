/** A password within a URL, in whatever text it stands. */
const credentials = /(\b[a-z][a-z\d+.-]*:\/\/[^\s:/@]*):[^\s@/]*@/gi;

/** Longer values are cut: a reviewer wants to know what changes, not to read it. */
const LONGEST_VALUE = 80;

/** A value as code, on one line, whatever it holds; a table's cell may hold it too. */
export function code(value: string): string {
  const line = withoutPasswords(value).replace(/\s+/g, " ").replaceAll("`", "'").replaceAll("|", "¦");
  const cut = line.length > LONGEST_VALUE ? `${line.slice(0, LONGEST_VALUE)}…` : line;
  return `\`${cut === "" ? " " : cut}\``;
}

/** Text of somebody else as plain words on one line: nothing in it is markup, and nobody is notified. */
export function inline(text: string): string {
  return withoutPasswords(text)
    .replace(/\s+/g, " ")
    .replace(/[\\`*_[\]#|<>~]/g, (character) => `\\${character}`)
    .replaceAll("@", "@\u200b");
}

/** Text of several lines as it is. */
export function block(text: string): string {
  return `\`\`\`text\n${withoutPasswords(text).replaceAll("```", "'''")}\n\`\`\``;
}

/** A table; its cells are Markdown already. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n");
}

function withoutPasswords(text: string): string {
  return text.replace(credentials, "$1:…@");
}
