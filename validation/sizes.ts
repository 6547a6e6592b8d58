import type { HistogramBucket } from "./report";
import { conversationProfile } from "./passes/conversation-profile";
import type { Snapshot } from "./snapshot";

/** Reads the sizes of all conversations that have messages. */
export async function conversationSizes(snapshot: Snapshot): Promise<Sizes> {
  const rows = await conversationProfile(snapshot);
  return new Sizes(
    rows.flatMap(({ size, conversations }) => (size === null ? [] : [{ size, conversations }])),
  );
}

/** The number of conversations that have `size` messages each. */
export interface SizeCount {
  size: number;
  conversations: number;
}

/** The largest conversations: their number, and their share of all messages, 0 to 1. */
export interface TopShare {
  conversations: number;
  share: number;
}

/** The upper ends of the histogram's ranges, in messages per conversation. */
const bucketEnds = [10, 50, 100, 500, 1_000, 5_000, Infinity];
const bucketRanges = ["1-10", "11-50", "51-100", "101-500", "501-1K", "1K-5K", "5K+"];

/**
 * Messages per conversation, as counts of conversations by size. Conversations without messages are left out, because they
 * cause no load and would lower every percentile.
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

  /** The size of the largest conversation, or 0 when there is none. */
  get max(): number {
    return this.counts.at(-1)?.size ?? 0;
  }

  /** The smallest size that at least `percent` % of the conversations do not exceed (nearest rank), or 0 when there is none. */
  percentile(percent: number): number {
    const rank = Math.ceil((this.conversations * percent) / 100);
    let seen = 0;
    return this.counts.find(({ conversations }) => (seen += conversations) >= rank)?.size ?? 0;
  }

  /** The largest `percent` % of the conversations. Their number is rounded down, but is at least one. */
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

  /** Conversations and messages by ranges of size. */
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
