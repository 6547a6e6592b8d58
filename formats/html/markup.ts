/** HTML that is put into a page unchanged. Everything else is text and is escaped. */
export class Markup {
  constructor(readonly text: string) {}
}

/** What a template may contain. `undefined` and `false` give no output. */
export type Content = Markup | string | number | undefined | false | readonly Content[];

/** A template whose contents are escaped, both in text and in quoted attributes. */
export function html(strings: TemplateStringsArray, ...contents: Content[]): Markup {
  return new Markup(strings.map((text, index) => text + rendered(contents[index])).join(""));
}

function rendered(content: Content): string {
  if (content === undefined || content === false) return "";
  if (content instanceof Markup) return content.text;
  if (typeof content === "object") return content.map(rendered).join("");
  return String(content).replace(/[&<>"']/g, (character) => entities[character]!);
}

const entities: Record<string, string> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};
