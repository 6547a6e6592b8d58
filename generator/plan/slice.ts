import { remainder } from "./arithmetic";
import type { Burst } from "./bursts";
import { NONE } from "./members";
import { messageType } from "./message-type";
import type { Plan } from "./plan";
import type { Stream } from "../../common/random";
import { LONGEST_BURST } from "./time-model";
import { TimeSort } from "./time-sort";

/** The share of a group's messages that try to be a reply; with the few that find no target, 12 % are. */
const REPLY = 0.132;
/** Share of replies to a message of the same burst, where there is one. */
const REPLY_WITHIN_BURST = 0.75;
/** Share of messages whose reading is recorded, of those that anybody has read. */
const READ_SAMPLE = 0.1026;
/** How many other members are asked whether they have read a message. */
const READERS_ASKED = 4;

/** What is known about the reading of a message: nobody else can, somebody can, or a row of `message_reads` says who. */
export const READING = { none: 0, possible: 1, recorded: 2 } as const;

/** The instants that cut the window into `shards` slices of about equally many messages; first and last are open. */
export function sliceBounds({ time }: Plan, shards: number): Float64Array {
  return Float64Array.from({ length: shards + 1 }, (_, i) =>
    i === 0 ? -Infinity : i === shards ? Infinity : time.instantAt(i / shards),
  );
}

/**
 * The messages of one slice of time, as columns. Made from the plan alone, whatever was made before: a burst lasts
 * at most LONGEST_BURST, so those that start up to that long before the slice are all it needs.
 *
 * One object serves slice after slice; its columns grow to the largest.
 */
export class MessageSlice {
  /** How many messages the slice has. */
  count = 0;
  /** Where the messages stand in the columns, in order of time. */
  order = new Uint32Array(0);
  at = new Float64Array(0);
  /** Number of the message in the conversation-by-conversation numbering; every other property is keyed by it. */
  message = new Int32Array(0);
  conversation = new Int32Array(0);
  /** Values of MESSAGE_TYPE. */
  type = new Uint8Array(0);
  /** The member who wrote it. */
  sender = new Int32Array(0);
  reading = new Uint8Array(0);
  /** The member who read it, where that is recorded. */
  reader = new Int32Array(0);
  /** The message that it replies to, or NONE, and that one's instant. */
  replyTo = new Int32Array(0);
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
  /** Instants of the messages of the burst at hand. */
  readonly #instants = new Float64Array(32);

  constructor(plan: Plan) {
    this.#plan = plan;
    this.#type = plan.streams("messages.type");
    this.#reply = plan.streams("messages.reply");
    this.#replyTarget = plan.streams("messages.replyToId");
    this.#sender = plan.streams("messages.senderId");
    this.#reader = plan.streams("message_reads.userId");
  }

  /** Fills the columns with the messages of [from, to). */
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

  /** Few talk most: the square of an even draw picks among those who had joined. Who lags is spoken for by the creator. */
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
    // One draw for two things: its size says whether reading is recorded, its remainder who is asked.
    const bits = this.#reader.bits(message);
    const recorded = bits < READ_SAMPLE * 2 ** 32;
    const place = remainder(bits, others);
    for (let asked = 0; asked < READERS_ASKED && asked < others; asked++) {
      // Steps through the others, so that the sender is never asked.
      const other = remainder(slot + 1 + remainder(place + asked, others), joined);
      if (members.until[first + other]! < at) continue;
      this.reading[i] = recorded ? READING.recorded : READING.possible;
      if (recorded) this.reader[i] = first + other;
      return;
    }
  }

  /** Group messages reply to an earlier one of their burst, or to one that began an earlier burst. */
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
