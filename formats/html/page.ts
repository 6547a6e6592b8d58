import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { html, Markup, type Content } from "./markup";

export interface Page {
  /** Of the browser's window; the verdict comes first. */
  title: string;
  header: Content;
  main: Content;
  /** A sentence. */
  footer: string;
}

const style = readFileSync(resolve(__dirname, "style.css"), "utf8");

/** Nothing is loaded and nothing is run; this style sheet alone, known by its hash, is applied. */
const policy = [
  "default-src 'none'",
  `style-src 'sha256-${createHash("sha256").update(style).digest("base64")}'`,
  "base-uri 'none'",
  "form-action 'none'",
].join("; ");

/**
 * One HTML file that opens from disk: no script, no request, charts as inline SVG, for phones and wide screens, light
 * and dark, print, keyboard and screen readers. Equal contents give equal files.
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
