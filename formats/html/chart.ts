import * as Plot from "@observablehq/plot";
import { parseHTML } from "linkedom";
import { html, Markup } from "./markup";
import { table, type Table } from "./table";

/** A chart of a report. */
export interface Chart {
  /** The identifier, which is unique in the page. */
  id: string;
  title: string;
  /** What the chart shows, in sentences with its figures. */
  summary: string;
  /** A description of the drawing, for readers who do not see it. */
  description: string;
  /** The marks, which differ in shape as well as in colour, and their meaning. */
  legend?: { mark: LegendMark; text: string }[];
  plot: Plot.PlotOptions;
  /** The same figures as text. */
  data: Table;
}

type LegendMark = "solid" | "hollow" | "outline" | "dot" | "line" | "dashed" | "pass" | "warning" | "fail";

/** The width of a phone. A column of a wide page has the same width, so that text has the same size on both. */
const WIDTH = 360;
const HEIGHT = 230;

const { document } = parseHTML("<html></html>");

/** The chart as a figure: heading, summary, drawing, and its data as a collapsed table. */
export function figure({ id, title, summary, description, legend, plot, data }: Chart): Markup {
  return html`<figure class="card" id="${id}">
    <figcaption>
      <h3>${title}</h3>
      <p>${summary}</p>
    </figcaption>
    ${
      legend &&
      html`<ul class="legend">
        ${legend.map(({ mark, text }) => html`<li><span class="mark ${mark}" aria-hidden="true"></span>${text}</li>`)}
      </ul>`
    }
    ${drawing(id, title, description, plot)}
    <details>
      <summary>Data<span class="unseen"> of “${title}”</span></summary>
      ${table(data)}
    </details>
  </figure>`;
}

function drawing(id: string, title: string, description: string, options: Plot.PlotOptions): Markup {
  const { x, y, ...rest } = options;
  const svg = Plot.plot({
    width: WIDTH,
    height: HEIGHT,
    marginTop: 26,
    marginRight: 10,
    marginBottom: 38,
    marginLeft: 42,
    x: { labelAnchor: "center", labelArrow: "none", ...x },
    y: { grid: true, ticks: 4, labelArrow: "none", ...y },
    ...rest,
    className: "plot",
    document,
  });
  // The security policy of the page allows only its own style sheet.
  svg.querySelector("style")?.remove();
  for (const part of svg.querySelectorAll("[aria-label]")) part.removeAttribute("aria-label");
  const [open, body] = [svg.getAttribute("viewBox")!, svg.innerHTML.replace(/\d+\.\d{3,}/g, shortened)];
  return html`<svg
    class="plot"
    viewBox="${open}"
    role="img"
    aria-labelledby="${id}-title"
    aria-describedby="${id}-description"
    text-anchor="middle"
    fill="currentColor"
  >
    <title id="${id}-title">${title}</title>
    <desc id="${id}-description">${description}</desc>
    ${new Markup(body)}
  </svg>`;
}

/** Rounds to a hundredth of a pixel, because further digits are invisible and may differ between machines. */
const shortened = (number: string): string => String(Number(Number(number).toFixed(2)));
