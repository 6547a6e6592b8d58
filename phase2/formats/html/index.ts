import { page } from "../../../formats/html/page";
import type { Comparison } from "../../compare/comparison";
import { conditions } from "./conditions";
import { header, reasons } from "./header";
import { indexes } from "./indexes";
import { latencies } from "./latencies";
import { queries } from "./queries";

/** The comparison as one HTML file; see `page`. */
export function comparisonPage(comparison: Comparison, title = "Index verification"): string {
  return page({
    title: `${comparison.verdict}: ${title}`,
    header: header(comparison, title),
    main: [reasons, queries, indexes, latencies, conditions].map((section) => section(comparison)),
    footer: "All figures were measured on the database. The same captures give the same page.",
  });
}
