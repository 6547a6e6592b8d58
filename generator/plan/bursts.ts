import { exp, normalQuantile } from "./arithmetic";
import { Permutation } from "./permutation";
import type { Stream, Streams } from "../../common/random";
import { LONGEST_BURST, type TimeModel } from "./time-model";

/**
 * People chat in bursts. The messages of a conversation, in numbered order, are cut into cells of 32, and each
 * cell into 8 bursts by a uniformly random composition: burst sizes are then nearly geometric with mean 4, yet how
 * many bursts lie before any message is known without counting them.
 */
const CELL = 32;
const BURSTS_PER_CELL = 8;
/** Pauses between the messages of a burst: log-normal, at most so long that no burst lasts longer than LONGEST_BURST. */
const LONGEST_PAUSE = Math.floor(LONGEST_BURST / (CELL - BURSTS_PER_CELL));
const PAUSES = Int32Array.from({ length: 1024 }, (_, i) =>
  Math.min(LONGEST_PAUSE, Math.ceil(1000 * exp(2.6 + 0.9 * normalQuantile((i + 0.5) / 1024)))),
);

/** One burst: where its messages stand in the conversation-by-conversation numbering, and when it starts. */
export interface Burst {
  conversation: number;
  /** Number of its first message. */
  first: number;
  length: number;
  /** Instant of its first message, Unix milliseconds. */
  start: number;
}

/**
 * All bursts of all conversations, numbered conversation by conversation. A permutation maps a burst's rank in
 * time to its number: every conversation gets exactly its bursts, in random places, and nothing but prefix sums is
 * stored. Run backwards, it tells when any burst happens.
 */
export class Bursts {
  /** Number of the first message of each conversation, and at the end the count of all. */
  readonly messageStart: Int32Array;
  /** Number of the first burst of each conversation, and at the end the count of all. */
  readonly burstStart: Int32Array;
  readonly count: number;
  readonly #order: Permutation;
  readonly #startJitter: Stream;
  readonly #composition: Stream;
  readonly #pause: Stream;
  /** Some bursts' conversations, evenly over all bursts: a search starts next to its goal. */
  readonly #guide: Int32Array;
  readonly #guideStep: number;

  /** @param sizes messages of each conversation */
  constructor(
    sizes: Int32Array,
    readonly time: TimeModel,
    streams: Streams,
  ) {
    this.messageStart = new Int32Array(sizes.length + 1);
    this.burstStart = new Int32Array(sizes.length + 1);
    for (let c = 0; c < sizes.length; c++) {
      const rest = sizes[c]! % CELL;
      const bursts = Math.floor(sizes[c]! / CELL) * BURSTS_PER_CELL + burstsOfRest(rest);
      this.messageStart[c + 1] = this.messageStart[c]! + sizes[c]!;
      this.burstStart[c + 1] = this.burstStart[c]! + bursts;
    }
    this.count = this.burstStart[sizes.length]!;
    this.#order = new Permutation(this.count, streams, "bursts.order");
    this.#startJitter = streams("bursts.start");
    this.#composition = streams("bursts.composition");
    this.#pause = streams("messages.pause");
    this.#guideStep = this.count / sizes.length;
    this.#guide = new Int32Array(sizes.length + 1);
    for (let i = 0, c = 0; i < sizes.length; i++) {
      while (this.burstStart[c + 1]! <= i * this.#guideStep) c++;
      this.#guide[i] = c;
    }
  }

  /** Start of the burst with this rank in time. Ascending. */
  startOfRank(rank: number): number {
    return this.time.instantAt((rank + this.#startJitter.unit(rank)) / this.count);
  }

  /** The rank in time of a burst. */
  rankOf(burst: number): number {
    return this.#order.inverse(burst);
  }

  /** A rank not above that of any burst which starts at or after the instant. */
  rankAt(instant: number): number {
    return Math.max(0, Math.floor(this.time.fractionAt(instant) * this.count) - 2);
  }

  /** Fills in the burst with this rank. */
  readRank(rank: number, into: Burst): void {
    const burst = this.#order.forward(rank);
    into.conversation = this.#conversationOf(burst);
    into.start = this.startOfRank(rank);
    this.#readPlace(burst, into);
  }

  /** Fills in a burst of a conversation by number. */
  read(conversation: number, burst: number, into: Burst): void {
    into.conversation = conversation;
    into.start = this.startOfRank(this.#order.inverse(burst));
    this.#readPlace(burst, into);
  }

  /** How long after the previous message of its burst a message comes, milliseconds, at least 1. */
  pauseBefore(message: number): number {
    return PAUSES[this.#pause.bits(message) & 1023]!;
  }

  /** Instant of the last message of a burst. */
  endOf(burst: Burst): number {
    let instant = burst.start;
    for (let i = 1; i < burst.length; i++) instant += this.pauseBefore(burst.first + i);
    return instant;
  }

  #conversationOf(burst: number): number {
    let conversation = this.#guide[Math.floor(burst / this.#guideStep)]!;
    while (conversation > 0 && this.burstStart[conversation]! > burst) conversation--;
    while (this.burstStart[conversation + 1]! <= burst) conversation++;
    return conversation;
  }

  #readPlace(burst: number, into: Burst): void {
    const conversation = into.conversation;
    const within = burst - this.burstStart[conversation]!;
    const cell = Math.floor(within / BURSTS_PER_CELL);
    const cellStart = this.messageStart[conversation]! + cell * CELL;
    const length = Math.min(CELL, this.messageStart[conversation + 1]! - cellStart);
    const parts = length === CELL ? BURSTS_PER_CELL : burstsOfRest(length);
    let cuts = this.#cuts(cellStart, length, parts);
    let from = 0;
    for (let i = within - cell * BURSTS_PER_CELL; i > 0; i--) {
      from = lowestBit(cuts) + 1;
      cuts &= cuts - 1;
    }
    const to = cuts === 0 ? length : lowestBit(cuts) + 1;
    into.first = cellStart + from;
    into.length = to - from;
  }

  /** A random subset of `parts - 1` of the `length - 1` gaps in a cell, as a bit mask (Floyd's sampling). */
  #cuts(cell: number, length: number, parts: number): number {
    let cuts = 0;
    let random = 0;
    for (let i = 0, gap = length - parts; gap < length - 1; gap++, i++) {
      random = (i & 3) === 0 ? this.#composition.draw(cell, i) : random >>> 8;
      const chosen = ((random & 255) * (gap + 1)) >>> 8;
      cuts |= (cuts >>> chosen) & 1 ? 1 << gap : 1 << chosen;
    }
    return cuts;
  }
}

/** How many bursts the last, incomplete cell of a conversation has. */
function burstsOfRest(messages: number): number {
  return Math.ceil((messages * BURSTS_PER_CELL) / CELL);
}

function lowestBit(mask: number): number {
  return 31 - Math.clz32(mask & -mask);
}
