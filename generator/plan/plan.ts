import type { DatasetSpec } from "../spec";
import { Bursts } from "./bursts";
import { chronology, type Chronology } from "./chronology";
import { memberCounts } from "./conversations";
import { Members } from "./members";
import { firstUsers, signUps } from "./people";
import { Permutation } from "./permutation";
import { Stream, type Streams } from "../../common/random";
import { conversationSizes } from "./sizes";
import { timeModel, type TimeModel } from "./time-model";

/**
 * Everything about a dataset that must be known before its messages can be made. It takes about 50 bytes for each user,
 * conversation and member, and nothing for a message.
 *
 * The messages of every conversation are cut into bursts, and all bursts are numbered conversation by conversation. A
 * permutation gives each burst its rank in time. The inverse of the intensity's integral turns a rank into an instant.
 * In one direction this gives the messages of a shard, in the other the instant of any message. Shards, reply targets,
 * last messages and read pointers are therefore computed, and never looked up.
 */
export interface Plan {
  spec: DatasetSpec;
  streams: Streams;
  time: TimeModel;
  /** The instants at which users signed up, Unix milliseconds, in ascending order. */
  signedUpAt: Float64Array;
  /** The number of messages of each conversation. */
  sizes: Int32Array;
  /** 1 for a direct message, 0 for a group. */
  direct: Uint8Array;
  bursts: Bursts;
  chronology: Chronology;
  members: Members;
}

/** Makes the plan of a dataset. It depends only on the spec, which must have no problems. */
export function makePlan(spec: DatasetSpec): Plan {
  const streams: Streams = (name) => new Stream(spec.seed, name);
  const time = timeModel(spec);
  const signedUpAt = signUps(spec, time, streams);
  const { sizes, volume } = shuffled(conversationSizes(spec, streams), streams);
  const { direct, members: counts } = memberCounts(volume, firstUsers(spec.users), streams);
  const bursts = new Bursts(sizes, time, streams);
  const chronicle = chronology(spec, bursts, streams);
  const members = new Members(spec, counts, direct, signedUpAt, bursts, chronicle, streams);
  return { spec, streams, time, signedUpAt, sizes, direct, bursts, chronology: chronicle, members };
}

/** Assigns the ascending sizes to conversations in random order. `volume` is the share of conversations with fewer messages. */
function shuffled(ascending: Int32Array, streams: Streams): { sizes: Int32Array; volume: Float64Array } {
  const order = new Permutation(ascending.length, streams, "conversations.order");
  const rank = Float64Array.from(ascending, (_, c) => order.forward(c));
  return {
    sizes: Int32Array.from(rank, (r) => ascending[r]!),
    volume: rank.map((r) => r / ascending.length),
  };
}
