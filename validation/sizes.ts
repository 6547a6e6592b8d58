import type { HistogramBucket } from "./report";
import type { Snapshot } from "./snapshot";

/**
 * At most one row per distinct size, which 300 million messages can have 25 thousand of. Beside it, it costs nothing to
 * look each conversation up.
 */
function sizesSql(snapshot: Snapshot): string {
  const missing = `count(*) FILTER (WHERE NOT EXISTS (SELECT FROM conversations WHERE id = room."conversationId"))`;
  return `
SELECT size, count(*) AS conversations, ${snapshot.has("conversations") ? missing : "0"} AS missing
FROM (
  SELECT "conversationId", count(*) AS size FROM messages WHERE "conversationId" IS NOT NULL GROUP BY "conversationId"
) AS room
GROUP BY size`;
}

/** The sizes of all conversations that have messages. */
export async function conversationSizes(snapshot: Snapshot): Promise<Sizes> {
  return new Sizes(await snapshot.rows<SizeCount>(sizesSql(snapshot)));
}

/** How many messages name a conversation that does not exist. */
export async function messagesWithoutConversation(snapshot: Snapshot): Promise<number> {
  const rows = await snapshot.rows<{ size: number; missing: number }>(sizesSql(snapshot));
  return rows.reduce((sum, { size, missing }) => sum + size * missing, 0);
}

/** So many conversations have this many messages each. */
export interface SizeCount {
  size: number;
  conversations: number;
}

/** The largest conversations: how many, and what share of all messages they hold, 0 to 1. */
export interface TopShare {
  conversations: number;
  share: number;
}

/** Upper ends of the histogram's ranges, in messages per conversation; the last range has none. */
const bucketEnds = [10, 50, 100, 500, 1_000, 5_000, Infinity];
const bucketRanges = ["1-10", "11-50", "51-100", "101-500", "501-1K", "1K-5K", "5K+"];

/**
 * Messages per conversation, as counts of conversations by size. Conversations without messages are not part of
 * it: they load nothing and would only move every percentile towards zero.
 */
export class Sizes {
  /** Smallest size first. */
  readonly counts: readonly SizeCount[];
  readonly conversations: number;
  readonly messages: number;

  constructor(counts: readonly SizeCount[]) {
    this.counts = counts.toSorted((a, b) => a.size - b.size);
    this.conversations = counts.reduce((sum, { conversations }) => sum + conversations, 0);
    this.messages = counts.reduce((sum, { size, conversations }) => sum + size * conversations, 0);
  }

  /** Size of the largest conversation; 0 when there is none. */
  get max(): number {
    return this.counts.at(-1)?.size ?? 0;
  }

  /** The smallest size that at least `percent` % of the conversations do not exceed (nearest rank); 0 when there is none. */
  percentile(percent: number): number {
    const rank = Math.ceil((this.conversations * percent) / 100);
    let seen = 0;
    return this.counts.find(({ conversations }) => (seen += conversations) >= rank)?.size ?? 0;
  }

  /** The largest `percent` % of the conversations, rounded down to whole ones, but one at least. */
  top(percent: number): TopShare {
    const wanted = Math.min(
      this.conversations,
      Math.max(1, Math.floor((this.conversations * percent) / 100)),
    );
    let left = wanted;
    let messages = 0;
    for (const { size, conversations } of this.counts.toReversed()) {
      const taken = Math.min(left, conversations);
      messages += taken * size;
      left -= taken;
    }
    return { conversations: wanted, share: this.messages === 0 ? 0 : messages / this.messages };
  }

  histogram(): HistogramBucket[] {
    const buckets = bucketRanges.map((range) => ({ range, conversations: 0, messages: 0 }));
    for (const { size, conversations } of this.counts) {
      const bucket = buckets[bucketEnds.findIndex((end) => size <= end)]!;
      bucket.conversations += conversations;
      bucket.messages += size * conversations;
    }
    return buckets;
  }
}
