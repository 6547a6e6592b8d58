export { type HtmlOptions, htmlReport } from "./page";
