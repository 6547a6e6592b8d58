import { createHash } from "node:crypto";
import { readDefinitions, readRemovals } from "./indexes/index-file";
import { readHotQueries } from "./queries/query-files";

/** The seed of a measurement without a given seed. */
export const DEFAULT_SEED = "chat-perf";

/** The first 16 hexadecimal digits of the SHA-256 of all queries and indexes. When it changes, they must be measured again. */
export function sourcesDigest(): string {
  // The line numbers are left out, so that a comment in the file changes nothing.
  const definitions = readDefinitions().map(({ name, table, statement }) => ({ name, table, statement }));
  const removals = readRemovals().map(({ name }) => name);
  const sources = [
    readHotQueries().map(({ sql }) => sql),
    definitions,
    ...(removals.length > 0 ? [removals] : []),
  ];
  return createHash("sha256").update(JSON.stringify(sources)).digest("hex").slice(0, 16);
}
