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
 * All of a dataset that must be known before its messages can be made: some 50 bytes for each user, conversation
 * and member, nothing for each message.
 *
 * Every conversation's messages are cut into bursts, and all bursts are numbered conversation by conversation. A
 * permutation says which burst is the first, second, … in time; a rank in time becomes an instant by the inverse of
 * the intensity's integral. Forwards, this tells which messages a slice of time has; backwards, when any message was
 * sent. So slices, reply targets, last messages and read pointers are all computed, and none is looked up.
 */
export interface Plan {
  spec: DatasetSpec;
  streams: Streams;
  time: TimeModel;
  /** When each user signed up, Unix milliseconds, ascending. */
  signedUpAt: Float64Array;
  /** Messages of each conversation. */
  sizes: Int32Array;
  /** 1 for a direct message, 0 for a group. */
  direct: Uint8Array;
  bursts: Bursts;
  chronology: Chronology;
  members: Members;
}

/** The plan of a dataset: a pure function of its spec, which must have no problems. */
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

/** Gives the ascending sizes to conversations in random order; `volume` is the share with fewer messages. */
function shuffled(ascending: Int32Array, streams: Streams): { sizes: Int32Array; volume: Float64Array } {
  const order = new Permutation(ascending.length, streams, "conversations.order");
  const rank = Float64Array.from(ascending, (_, c) => order.forward(c));
  return {
    sizes: Int32Array.from(rank, (r) => ascending[r]!),
    volume: rank.map((r) => r / ascending.length),
  };
}
