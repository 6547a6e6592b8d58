import { ln, power } from "./arithmetic";
import type { Streams } from "../../common/random";

/** Shares of all conversations. All others are small groups. */
const DIRECT_SHARE = 0.7;
const LARGE_GROUP_SHARE = 0.05;
/** How strongly the number of messages makes a conversation a group or a large group. With 0 it has no influence. */
const VOLUME_WEIGHT = 0.4;

/** The number of conversations that are direct messages. */
export function directConversations(conversations: number): number {
  return Math.round(conversations * DIRECT_SHARE);
}

/**
 * Decides which conversations are direct messages, and the number of members of each. A group of 2 members is possible
 * when there are too few users.
 *
 * @param volume for each conversation, the share of conversations that have fewer messages
 * @param mostMembers the number of users when the oldest conversation begins
 */
export function memberCounts(
  volume: Float64Array,
  mostMembers: number,
  streams: Streams,
): { direct: Uint8Array; members: Int32Array } {
  const count = volume.length;
  const kindJitter = streams("conversations.kind");
  const groupSize = streams("conversations.members");
  // Conversations are ranked by a random score with some weight on volume. The shares are then exact, the correlation weak.
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

/** 3 to 20 members. The sizes are geometric: each further member is four fifths as likely. */
function smallGroup(u: number): number {
  return 3 + Math.floor(ln(1 - u * (1 - power(0.8, 18))) / ln(0.8));
}

/** 21 to 256 members, by a power law with exponent 2.5. */
function largeGroup(u: number): number {
  return Math.floor(21 * power(1 - u * (1 - power(257 / 21, -1.5)), -1 / 1.5));
}
