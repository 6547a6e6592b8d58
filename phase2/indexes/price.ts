import { formatBytes } from "../../common/format";
import type { IndexState } from "../capture";

/** What an invalid index costs, e.g. `It serves no query, takes 6 MB, and every insert into messages writes it.` */
export function priceOf({ table, bytes, maintained }: IndexState): string {
  const size = formatBytes(bytes);
  return maintained === false
    ? `It serves no query and takes ${size}.`
    : `It serves no query, takes ${size}, and every insert into ${table} writes it.`;
}
