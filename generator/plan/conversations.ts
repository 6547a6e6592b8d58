import type { DatasetSpec } from "../spec";
import { ln, power } from "./arithmetic";
import type { Bursts, Burst } from "./bursts";
import { OLDEST_CONVERSATION_WINDOWS } from "./people";
import type { Streams } from "./random";
import { LONGEST_BURST } from "./time-model";

/** Shares of all conversations; the rest are small groups. */
const DIRECT_SHARE = 0.7;
const LARGE_GROUP_SHARE = 0.05;
/** How strongly the number of messages draws a conversation to being a group, or a large one; 0 is not at all. */
const VOLUME_WEIGHT = 0.4;

/** How many of the conversations are direct messages. */
export function directConversations(conversations: number): number {
  return Math.round(conversations * DIRECT_SHARE);
}

/**
 * How many members each conversation has; 2 means a direct message unless `direct` says otherwise (users may be
 * too few for a group of three).
 *
 * @param volume for each conversation, the share of conversations that have fewer messages
 * @param mostMembers the users there are when the oldest conversation begins
 */
export function memberCounts(
  volume: Float64Array,
  mostMembers: number,
  streams: Streams,
): { direct: Uint8Array; members: Int32Array } {
  const count = volume.length;
  const kindJitter = streams("conversations.kind");
  const groupSize = streams("conversations.members");
  // Ranked by a random score with some weight on volume, so that shares are exact and the correlation weak.
  const ranked = Float64Array.from(volume, (share, c) => {
    const score = (kindJitter.unit(c) + VOLUME_WEIGHT * share) / (1 + VOLUME_WEIGHT);
    return Math.floor(score * 2 ** 26) * 2 ** 26 + c;
  }).sort();
  const direct = new Uint8Array(count);
  const members = new Int32Array(count);
  const directCount = directConversations(count);
  const largeFrom = count - Math.round(count * LARGE_GROUP_SHARE);
  ranked.forEach((key, rank) => {
    const c = key % 2 ** 26;
    direct[c] = rank < directCount ? 1 : 0;
    const size =
      rank < directCount
        ? 2
        : rank < largeFrom
          ? smallGroup(groupSize.unit(c))
          : largeGroup(groupSize.unit(c));
    members[c] = Math.min(size, mostMembers);
  });
  return { direct, members };
}

/** 3 to 20, geometric: each further member four fifths as likely. */
function smallGroup(u: number): number {
  return 3 + Math.floor(ln(1 - u * (1 - power(0.8, 18))) / ln(0.8));
}

/** 21 to 256, power law with exponent 2.5. */
function largeGroup(u: number): number {
  return Math.floor(21 * power(1 - u * (1 - power(257 / 21, -1.5)), -1 / 1.5));
}

/** When conversations begin and end, found from the places of their bursts in time. Instants are Unix milliseconds. */
export interface Chronology {
  createdAt: Float64Array;
  lastMessageAt: Float64Array;
  /** Number of the last message by (createdAt, number). */
  lastMessage: Float64Array;
}

/** Looks once at every burst of every conversation (about 0.1 microseconds each). */
export function chronology(spec: DatasetSpec, bursts: Bursts, streams: Streams): Chronology {
  const { start, end } = bursts.time;
  const lag = streams("conversations.createdAt");
  const result: Chronology = {
    createdAt: new Float64Array(spec.conversations),
    lastMessageAt: new Float64Array(spec.conversations),
    lastMessage: new Float64Array(spec.conversations),
  };
  const burst: Burst = { conversation: 0, first: 0, length: 0, start: 0 };
  for (let c = 0; c < spec.conversations; c++) {
    let firstRank = bursts.count;
    let lastAt = -1;
    // Bursts of a lower rank end before the latest message seen so far.
    let lowestRank = 0;
    for (let number = bursts.burstStart[c]!; number < bursts.burstStart[c + 1]!; number++) {
      const rank = bursts.rankOf(number);
      if (rank < firstRank) firstRank = rank;
      if (rank < lowestRank) continue;
      bursts.read(c, number, burst);
      const at = bursts.endOf(burst);
      if (at < lastAt) continue;
      const message = burst.first + burst.length - 1;
      result.lastMessage[c] = at > lastAt ? message : Math.max(message, result.lastMessage[c]!);
      lastAt = at;
      lowestRank = bursts.rankAt(lastAt - LONGEST_BURST);
    }
    result.lastMessageAt[c] = lastAt;
    // Conversations are older than their first message by up to two windows, or those of few messages would begin
    // late, and conversation ids, which rise with age, would follow the heap's order.
    const u = lag.unit(c);
    const age = u * u * OLDEST_CONVERSATION_WINDOWS * (end - start);
    result.createdAt[c] = bursts.startOfRank(firstRank) - 1000 - Math.floor(age);
  }
  return result;
}
