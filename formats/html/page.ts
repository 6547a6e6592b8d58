import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { html, Markup, type Content } from "./markup";

/** The contents of a page. */
export interface Page {
  /** The title of the browser window. The verdict comes first. */
  title: string;
  header: Content;
  main: Content;
  /** The text of the footer. */
  footer: string;
}

const style = readFileSync(resolve(__dirname, "style.css"), "utf8");

/** The security policy: nothing is loaded, no script runs, and only this style sheet is applied, by its hash. */
const policy = [
  "default-src 'none'",
  `style-src 'sha256-${createHash("sha256").update(style).digest("base64")}'`,
  "base-uri 'none'",
  "form-action 'none'",
].join("; ");

/**
 * Makes one HTML file that opens from disk. It has no scripts, makes no requests, and has charts as inline SVG. It suits
 * phones and wide screens, light and dark mode, print, keyboards and screen readers. Equal contents give equal files.
 */
export function page({ title, header, main, footer }: Page): string {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta http-equiv="Content-Security-Policy" content="${policy}" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta name="referrer" content="no-referrer" />
        <title>${title}</title>
        ${new Markup(`<style>${style}</style>`)}
      </head>
      <body>
        <a class="skip" href="#content">Skip to the results</a>
        ${header}
        <main id="content" tabindex="-1">${main}</main>
        <footer>
          <p>${footer}</p>
        </footer>
      </body>
    </html> `.text;
}
