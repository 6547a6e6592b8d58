import type { DatasetSpec } from "../spec";
import type { Burst, Bursts } from "./bursts";
import type { Chronology } from "./chronology";
import { countUntil } from "./people";
import type { Stream, Streams } from "../../common/random";

/** The share of a group's members who join when it begins. */
const FOUNDERS = 0.7;
/** The share of members who stopped reading at some message. After it they neither read nor write. */
const LAGGING = 0.25;
/** The share of lagging members of a group who left it afterwards. */
const LEFT = 0.12;
/** The first draws prefer the oldest accounts, so that some users are in many conversations. Further draws are uniform. */
const SKEWED_DRAWS = 8;
/** The longest time between a message and its reading, milliseconds. */
const LONGEST_DELAY = 600_000;

/** Stands for the number of a message where there is none. */
export const NONE = -1;

/**
 * The members of all conversations. They are numbered conversation by conversation, in the order in which they joined. The
 * first member of a conversation is its creator, who never lags and never leaves. Instants are Unix milliseconds.
 */
export class Members {
  /** The number of the first member of each conversation. The last element is the number of all members. */
  readonly start: Int32Array;
  readonly user: Uint32Array;
  readonly joinedAt: Float64Array;
  /** Until when a member reads and writes: Infinity for members who keep up, -Infinity for members who never read. */
  readonly until: Float64Array;
  /** The last message that a member has read, or NONE. */
  readonly lastRead: Int32Array;
  /** When a member left the conversation, or NaN. */
  readonly leftAt: Float64Array;
  readonly #readDelay: Stream;

  constructor(
    spec: DatasetSpec,
    counts: Int32Array,
    direct: Uint8Array,
    signedUpAt: Float64Array,
    readonly bursts: Bursts,
    readonly chronology: Chronology,
    streams: Streams,
  ) {
    this.start = new Int32Array(spec.conversations + 1);
    for (let c = 0; c < spec.conversations; c++) this.start[c + 1] = this.start[c]! + counts[c]!;
    const total = this.start[spec.conversations]!;
    this.user = new Uint32Array(total);
    this.joinedAt = new Float64Array(total);
    this.until = new Float64Array(total).fill(Infinity);
    this.lastRead = new Int32Array(total).fill(NONE);
    this.leftAt = new Float64Array(total).fill(NaN);
    this.#readDelay = streams("conversation_users.lastReadAt");
    this.#join(direct, streams);
    this.#choosePairs(direct, signedUpAt, streams);
    this.#chooseGroups(direct, signedUpAt, streams);
    this.#readOrLag(direct, streams);
  }

  /** The number of members who had joined a conversation by the instant. They are its first members. */
  joinedBy(conversation: number, instant: number): number {
    const from = this.start[conversation]!;
    const to = this.start[conversation + 1]!;
    return this.joinedAt[to - 1]! <= instant ? to - from : countUntil(this.joinedAt, instant, from, to);
  }

  /** When a member read last, or NaN. It is after the last message that the member read, and within the window. */
  lastReadAt(member: number, conversation: number): number {
    if (this.lastRead[member] === NONE) return NaN;
    const messageAt = Math.min(this.until[member]!, this.chronology.lastMessageAt[conversation]!);
    return Math.min(messageAt + this.#readDelay.below(member, LONGEST_DELAY), this.bursts.time.end);
  }

  #join(direct: Uint8Array, streams: Streams): void {
    const jitter = streams("conversation_users.joinedAt");
    for (let c = 0; c < direct.length; c++) {
      const from = this.start[c]!;
      const size = this.start[c + 1]! - from;
      const founders = direct[c] === 1 ? 2 : Math.max(2, Math.ceil(size * FOUNDERS));
      const createdAt = this.chronology.createdAt[c]!;
      const span = this.bursts.time.end - createdAt;
      for (let slot = 0; slot < size; slot++) {
        const share = (slot - founders + jitter.unit(from + slot)) / (size - founders);
        this.joinedAt[from + slot] = slot < founders ? createdAt : createdAt + Math.floor(share * span);
      }
    }
  }

  /** Chooses two users for each direct conversation. Two users have at most one. */
  #choosePairs(direct: Uint8Array, signedUpAt: Float64Array, streams: Streams): void {
    const choice = streams("conversation_users.pair");
    const pairs = new Set<number>();
    for (let c = 0; c < direct.length; c++) {
      if (direct[c] !== 1) continue;
      const from = this.start[c]!;
      const users = countUntil(signedUpAt, this.chronology.createdAt[c]!);
      for (let attempt = 0; ; attempt += 2) {
        const one = pick(choice.draw(c, attempt), attempt, users);
        const other = pick(choice.draw(c, attempt + 1), attempt, users);
        const pair = Math.min(one, other) * signedUpAt.length + Math.max(one, other);
        if (one === other || pairs.has(pair)) continue;
        pairs.add(pair);
        this.user[from] = one;
        this.user[from + 1] = other;
        break;
      }
    }
  }

  #chooseGroups(direct: Uint8Array, signedUpAt: Float64Array, streams: Streams): void {
    const choice = streams("conversation_users.userId");
    const memberOf = new Int32Array(signedUpAt.length).fill(-1);
    for (let c = 0; c < direct.length; c++) {
      if (direct[c] === 1) continue;
      for (let member = this.start[c]!; member < this.start[c + 1]!; member++) {
        const users = countUntil(signedUpAt, this.joinedAt[member]!);
        let user = pick(choice.draw(member, 0), 0, users);
        for (let attempt = 1; memberOf[user] === c; attempt++) {
          user = pick(choice.draw(member, attempt), attempt, users);
        }
        memberOf[user] = c;
        this.user[member] = user;
      }
    }
  }

  #readOrLag(direct: Uint8Array, streams: Streams): void {
    const { bursts } = this;
    const { lastMessageAt, lastMessage } = this.chronology;
    const lagging = streams("conversation_users.lagging");
    const pointer = streams("conversation_users.lastRead");
    const leaving = streams("conversation_users.leftAt");
    const burst: Burst = { conversation: 0, first: 0, length: 0, start: 0 };
    for (let c = 0; c < direct.length; c++) {
      const firstBurst = bursts.burstStart[c]!;
      const burstCount = bursts.burstStart[c + 1]! - firstBurst;
      for (let member = this.start[c]!; member < this.start[c + 1]!; member++) {
        const joined = this.joinedAt[member]!;
        if (member === this.start[c] || lagging.unit(member) > LAGGING) {
          if (lastMessageAt[c]! >= joined) this.lastRead[member] = lastMessage[c]!;
          continue;
        }
        // The latest of four random bursts is taken, so that most lagging members lag by days, not by months.
        let rank = -1;
        for (let k = 0; k < 4; k++) {
          const chosen = firstBurst + Math.floor(pointer.draw(member, k) * 2 ** -32 * burstCount);
          rank = Math.max(rank, bursts.rankOf(chosen));
        }
        bursts.readRank(rank, burst);
        const hasRead = burst.start >= joined;
        if (hasRead) this.lastRead[member] = burst.first;
        this.until[member] = hasRead ? burst.start : -Infinity;
        if (direct[c] === 1 || leaving.unit(member) > LEFT) continue;
        const from = hasRead ? this.lastReadAt(member, c) : joined;
        this.leftAt[member] =
          from + Math.floor(leaving.draw(member, 0) * 2 ** -32 * (bursts.time.end - from));
      }
    }
  }
}

/** Chooses one of the first `users`. The first attempts prefer the oldest accounts; later attempts are uniform. */
function pick(bits: number, attempt: number, users: number): number {
  const u = bits * 2 ** -32;
  return Math.floor((attempt < SKEWED_DRAWS ? u * Math.sqrt(u) : u) * users);
}
