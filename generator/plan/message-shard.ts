import { remainder } from "./arithmetic";
import type { Burst } from "./bursts";
import { NONE } from "./members";
import { messageType } from "./message-type";
import type { Plan } from "./plan";
import type { Stream } from "../../common/random";
import { LONGEST_BURST } from "./time-model";
import { TimeSort } from "./time-sort";

/** The share of a group's messages that look for a message to reply to. Some find none, so that 12 % are replies. */
const REPLY = 0.132;
/** The share of replies that are to a message of the same burst, where the burst has an earlier one. */
const REPLY_WITHIN_BURST = 0.75;
/** The share of readable messages whose reading is recorded. */
const READ_SAMPLE = 0.1026;
/** The number of other members among whom a reader is looked for. */
const READERS_ASKED = 4;

/**
 * What is known about the reading of a message. `none`: nobody could have read it. `possible`: someone could have.
 * `recorded`: a row of `message_reads` says who has.
 */
export const READING = { none: 0, possible: 1, recorded: 2 } as const;

/**
 * The instants that cut the window into slices of time with about equally many messages. The first instant is -Infinity,
 * and the last Infinity.
 *
 * @param shards the number of slices
 */
export function shardBounds({ time }: Plan, shards: number): Float64Array {
  return Float64Array.from({ length: shards + 1 }, (_, i) =>
    i === 0 ? -Infinity : i === shards ? Infinity : time.instantAt(i / shards),
  );
}

/**
 * The messages of one shard, which is a slice of time, as columns.
 *
 * They depend on the plan only, not on other shards. A burst lasts at most LONGEST_BURST, so it is enough to look at the
 * bursts that start up to that long before the slice. One object is used for many shards, and its columns grow to the
 * largest of them.
 */
export class MessageShard {
  /** The number of messages in the shard. */
  count = 0;
  /** The positions of the messages in the columns, in order of time. */
  order = new Uint32Array(0);
  /** The instants of the messages, Unix milliseconds. */
  at = new Float64Array(0);
  /** The number of the message. Messages are numbered conversation by conversation, and all draws depend on the number. */
  message = new Int32Array(0);
  conversation = new Int32Array(0);
  /** Values of MESSAGE_TYPE. */
  type = new Uint8Array(0);
  /** The member who sent the message. */
  sender = new Int32Array(0);
  /** Values of READING. */
  reading = new Uint8Array(0);
  /** The member who read the message, where that is recorded, or NONE. */
  reader = new Int32Array(0);
  /** The number of the message to which it replies, or NONE. */
  replyTo = new Int32Array(0);
  /** The instant of that message, Unix milliseconds. */
  replyToAt = new Float64Array(0);

  readonly #byTime = new TimeSort();
  readonly #plan: Plan;
  readonly #type: Stream;
  readonly #reply: Stream;
  readonly #replyTarget: Stream;
  readonly #sender: Stream;
  readonly #reader: Stream;
  readonly #burst: Burst = { conversation: 0, first: 0, length: 0, start: 0 };
  readonly #other: Burst = { conversation: 0, first: 0, length: 0, start: 0 };
  /** The instants of the messages of the current burst. */
  readonly #instants = new Float64Array(32);

  constructor(plan: Plan) {
    this.#plan = plan;
    this.#type = plan.streams("messages.type");
    this.#reply = plan.streams("messages.reply");
    this.#replyTarget = plan.streams("messages.replyToId");
    this.#sender = plan.streams("messages.senderId");
    this.#reader = plan.streams("message_reads.userId");
  }

  /** Fills the columns with the messages of the slice of time [from, to), Unix milliseconds. */
  read(from: number, to: number): void {
    const { bursts, time } = this.#plan;
    const burst = this.#burst;
    this.count = 0;
    const firstRank = from <= time.start ? 0 : bursts.rankAt(from - LONGEST_BURST);
    for (let rank = firstRank; rank < bursts.count; rank++) {
      bursts.readRank(rank, burst);
      if (burst.start >= to) break;
      let at = burst.start;
      for (let i = 0; i < burst.length; i++) {
        if (i > 0) at += bursts.pauseBefore(burst.first + i);
        this.#instants[i] = at;
        if (at >= from && at < to) this.#add(i);
      }
    }
    this.order = this.#byTime.sort(this.at, this.count);
  }

  #add(position: number): void {
    if (this.count === this.at.length) this.#grow();
    const i = this.count++;
    const at = this.#instants[position]!;
    const message = this.#burst.first + position;
    this.at[i] = at;
    this.message[i] = message;
    this.conversation[i] = this.#burst.conversation;
    this.type[i] = messageType(this.#type, message);
    this.#choosePeople(i, this.#burst.conversation, message, at);
    this.#chooseReply(i, position, message, at);
  }

  /**
   * Chooses the sender and the reader. The square of a uniform draw chooses among the members who have joined, so that few
   * members send most messages. If the chosen sender has stopped reading, the creator sends instead.
   */
  #choosePeople(i: number, conversation: number, message: number, at: number): void {
    const { members } = this.#plan;
    const first = members.start[conversation]!;
    const joined = members.joinedBy(conversation, at);
    const u = this.#sender.unit(message);
    let slot = Math.floor(u * u * joined);
    if (members.until[first + slot]! < at) slot = 0;
    this.sender[i] = first + slot;
    this.reading[i] = READING.none;
    this.reader[i] = NONE;
    const others = joined - 1;
    if (others === 0) return;
    // One draw decides two things: its size whether the reading is recorded, its remainder who could have read.
    const bits = this.#reader.bits(message);
    const recorded = bits < READ_SAMPLE * 2 ** 32;
    const place = remainder(bits, others);
    for (let asked = 0; asked < READERS_ASKED && asked < others; asked++) {
      // The positions step through the other members and never reach the sender.
      const other = remainder(slot + 1 + remainder(place + asked, others), joined);
      if (members.until[first + other]! < at) continue;
      this.reading[i] = recorded ? READING.recorded : READING.possible;
      if (recorded) this.reader[i] = first + other;
      return;
    }
  }

  /** Chooses the message to which a group message replies: an earlier one of its burst, or the first of an earlier burst. */
  #chooseReply(i: number, position: number, message: number, at: number): void {
    const { bursts, direct } = this.#plan;
    const { conversation, first } = this.#burst;
    this.replyTo[i] = NONE;
    if (direct[conversation] === 1 || this.#reply.unit(message) >= REPLY) return;
    if (position > 0 && this.#replyTarget.unit(message) < REPLY_WITHIN_BURST) {
      const target = Math.floor(this.#replyTarget.draw(message, 0) * 2 ** -32 * position);
      this.replyTo[i] = first + target;
      this.replyToAt[i] = this.#instants[target]!;
      return;
    }
    const firstBurst = bursts.burstStart[conversation]!;
    const count = bursts.burstStart[conversation + 1]! - firstBurst;
    for (let attempt = 1; attempt <= 4; attempt++) {
      const chosen = Math.floor(this.#replyTarget.draw(message, attempt) * 2 ** -32 * count);
      bursts.read(conversation, firstBurst + chosen, this.#other);
      if (this.#other.start >= at) continue;
      this.replyTo[i] = this.#other.first;
      this.replyToAt[i] = this.#other.start;
      return;
    }
  }

  #grow(): void {
    const capacity = Math.max(4096, this.at.length * 2);
    this.at = grown(this.at, new Float64Array(capacity));
    this.message = grown(this.message, new Int32Array(capacity));
    this.conversation = grown(this.conversation, new Int32Array(capacity));
    this.sender = grown(this.sender, new Int32Array(capacity));
    this.type = grown(this.type, new Uint8Array(capacity));
    this.reading = grown(this.reading, new Uint8Array(capacity));
    this.reader = grown(this.reader, new Int32Array(capacity));
    this.replyTo = grown(this.replyTo, new Int32Array(capacity));
    this.replyToAt = grown(this.replyToAt, new Float64Array(capacity));
  }
}

function grown<T extends Float64Array | Int32Array | Uint8Array>(from: T, to: T): T {
  to.set(from);
  return to;
}
