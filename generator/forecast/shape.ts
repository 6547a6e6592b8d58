import { memberCounts } from "../plan/conversations";
import { firstUsers } from "../plan/people";
import { Permutation } from "../plan/permutation";
import { Stream, type Streams } from "../../common/random";
import { conversationSizes } from "../plan/sizes";
import type { DatasetSpec } from "../spec";

/** The most conversations and messages that are counted. Of a larger dataset, a part is counted and scaled up. */
const MOST = { conversations: 100_000, messages: 20_000_000 };

/** Figures that depend on a few large conversations, so that a small sample would be wrong about them. */
export interface Shape {
  /** The rows of `conversation_users`. */
  members: number;
  /** The share of messages that are in groups. Only groups have replies. */
  inGroups: number;
}

/** Counts members and messages as the plan does. It is exact up to 100,000 conversations and 20 million messages. */
export function shapeOf(spec: DatasetSpec): Shape {
  const share = Math.min(1, MOST.conversations / spec.conversations, MOST.messages / spec.messages);
  const conversations = Math.max(1, Math.floor(spec.conversations * share));
  const messages = Math.max(conversations, Math.round(spec.messages * share));
  const streams: Streams = (name) => new Stream(spec.seed, name);
  const sizes = conversationSizes({ ...spec, conversations, messages }, streams);
  const order = new Permutation(conversations, streams, "conversations.order");
  const ranks = Uint32Array.from(sizes, (_, c) => order.forward(c));
  const volume = Float64Array.from(ranks, (rank) => rank / conversations);
  const { direct, members } = memberCounts(volume, firstUsers(spec.users), streams);
  const inGroups = ranks.reduce((sum, rank, c) => (direct[c] === 1 ? sum : sum + sizes[rank]!), 0);
  return {
    members: (members.reduce((sum, each) => sum + each, 0) * spec.conversations) / conversations,
    inGroups: inGroups / messages,
  };
}
