import { html, type Markup } from "./markup";

/** A fact of a page's header: its name and its value. */
export type Fact = [name: string, value: string];

/** The facts of a page's header, side by side. */
export function factList(facts: readonly Fact[]): Markup {
  return html`<dl class="facts">
    ${facts.map(
      ([name, value]) =>
        html`<div>
          <dt>${name}</dt>
          <dd>${value}</dd>
        </div>`,
    )}
  </dl>`;
}
