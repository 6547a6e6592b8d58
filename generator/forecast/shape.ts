import { memberCounts } from "../plan/conversations";
import { firstUsers } from "../plan/people";
import { Permutation } from "../plan/permutation";
import { Stream, type Streams } from "../../common/random";
import { conversationSizes } from "../plan/sizes";
import type { DatasetSpec } from "../spec";

/** Of more than so many conversations, or messages in them, a part stands for the others. */
const MOST = { conversations: 100_000, messages: 20_000_000 };

/** What a few large conversations decide, so that a small sample would be wrong about it. */
export interface Shape {
  /** Rows in `conversation_users`. */
  members: number;
  /** The share of messages that are in groups, where alone people reply. */
  inGroups: number;
}

/** Counts members and messages as the plan does; exact up to 100,000 conversations and 20 million messages. */
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
