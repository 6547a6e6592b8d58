import type { Capture } from "../../phase2/capture";
import { readDefinitions, type IndexDefinition } from "../../phase2/indexes/definitions";

/** An index that no hot query can use, on a table that is hardly written: it changes nothing. */
export const useless: IndexDefinition[] = readDefinitions(`
CREATE INDEX CONCURRENTLY IF NOT EXISTS planted_users_bio ON public.users (bio);
`);

/** Indexes that no hot query can use, on the table that is written most: inserts pay for them. */
export const harmful: IndexDefinition[] = readDefinitions(`
CREATE INDEX CONCURRENTLY IF NOT EXISTS planted_messages_1 ON public.messages ("senderId", id);
CREATE INDEX CONCURRENTLY IF NOT EXISTS planted_messages_2 ON public.messages (id, "senderId");
CREATE INDEX CONCURRENTLY IF NOT EXISTS planted_messages_3 ON public.messages ("updatedAt", id);
CREATE INDEX CONCURRENTLY IF NOT EXISTS planted_messages_4 ON public.messages (md5(content), id);
CREATE INDEX CONCURRENTLY IF NOT EXISTS planted_messages_5 ON public.messages (status, "senderId", id);
`);

/** The capture with the latencies of one query in one stratum, by its place, multiplied by the factor. */
export function scaled(capture: Capture, place: number, factor: number): Capture {
  const queries = capture.queries.map((query, i) =>
    i === place ? { ...query, warm_ms: query.warm_ms.map((block) => block.map((ms) => ms * factor)) } : query,
  );
  return { ...capture, queries };
}
