import { html, type Markup } from "./markup";

/** The tone of a verdict, for which the style sheet has a colour. */
export type Tone = "pass" | "warning" | "fail" | "unknown";

/** The shape of each tone: a tick, a triangle, a cross, two lines. */
const shapes: Record<Tone, string> = {
  pass: "M3 8.5 6.5 12 13 4.5",
  warning: "M8 2 14.5 13.5H1.5ZM8 6.5V9.5M8 11.4V11.6",
  fail: "M4 4 12 12M12 4 4 12",
  unknown: "M3 6H13M3 10H13",
};

/** A badge with a shape, a colour and a word. */
export function badge(tone: Tone, word: string): Markup {
  return html`<span class="badge ${tone}">${icon(tone)}${word}</span>`;
}

/** The shape alone. A word must stand next to it for readers who do not see it. */
export function icon(tone: Tone): Markup {
  return html`<svg class="icon" viewBox="0 0 16 16" aria-hidden="true"><path d="${shapes[tone]}" /></svg>`;
}
