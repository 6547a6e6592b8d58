import type { Capture } from "../../phase2/capture";
import { readDefinitions, type IndexDefinition } from "../../phase2/indexes/definitions";

/** An index that no hot query can use, on a table with few writes. It changes nothing. */
export const useless: IndexDefinition[] = readDefinitions(`
CREATE INDEX CONCURRENTLY IF NOT EXISTS planted_users_bio ON public.users (bio);
`);

/** Indexes that no hot query can use, on the table with the most writes. They slow inserts down. */
export const harmful: IndexDefinition[] = readDefinitions(`
CREATE INDEX CONCURRENTLY IF NOT EXISTS planted_messages_1 ON public.messages ("senderId", id);
CREATE INDEX CONCURRENTLY IF NOT EXISTS planted_messages_2 ON public.messages (id, "senderId");
CREATE INDEX CONCURRENTLY IF NOT EXISTS planted_messages_3 ON public.messages ("updatedAt", id);
CREATE INDEX CONCURRENTLY IF NOT EXISTS planted_messages_4 ON public.messages (md5(content), id);
CREATE INDEX CONCURRENTLY IF NOT EXISTS planted_messages_5 ON public.messages (status, "senderId", id);
`);

/** Returns the capture with the latencies of one query, given by its position, multiplied by the factor. */
export function scaled(capture: Capture, place: number, factor: number): Capture {
  const queries = capture.queries.map((query, i) =>
    i === place ? { ...query, warm_ms: query.warm_ms.map((block) => block.map((ms) => ms * factor)) } : query,
  );
  return { ...capture, queries };
}
