import { createHash } from "node:crypto";
import { readDefinitions } from "./indexes/definitions";
import { readHotQueries } from "./queries/query-files";

/** The seed of a measurement without a given seed. */
export const DEFAULT_SEED = "chat-perf";

/** The first 16 hexadecimal digits of the SHA-256 of all queries and indexes. When it changes, they must be measured again. */
export function sourcesDigest(): string {
  const sources = [readHotQueries().map(({ sql }) => sql), readDefinitions()];
  return createHash("sha256").update(JSON.stringify(sources)).digest("hex").slice(0, 16);
}
