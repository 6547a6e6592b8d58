import { createHash } from "node:crypto";
import { readDefinitions } from "./indexes/definitions";
import { readHotQueries } from "./queries/query-files";

/** The seed of a measurement that is given none. */
export const DEFAULT_SEED = "chat-perf";

/** The first 16 hexadecimal digits of the SHA-256 of all queries and indexes: other ones have to be measured anew. */
export function sourcesDigest(): string {
  const sources = [readHotQueries().map(({ sql }) => sql), readDefinitions()];
  return createHash("sha256").update(JSON.stringify(sources)).digest("hex").slice(0, 16);
}
