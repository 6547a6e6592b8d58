import { exp, normalQuantile } from "./arithmetic";
import { Permutation } from "./permutation";
import type { Stream, Streams } from "../../common/random";
import { LONGEST_BURST, type TimeModel } from "./time-model";

/**
 * The messages in a cell. People chat in bursts: the numbered messages of a conversation are cut into cells of 32, and
 * each cell into 8 bursts by a uniformly random composition. Burst sizes are then nearly geometric with mean 4, and the
 * number of bursts before any message is known without counting them.
 */
const CELL = 32;
const BURSTS_PER_CELL = 8;
/** The longest pause between two messages of a burst, milliseconds. No burst is then longer than LONGEST_BURST. */
const LONGEST_PAUSE = Math.floor(LONGEST_BURST / (CELL - BURSTS_PER_CELL));
/** Quantiles of the pauses between the messages of a burst, which are log-normal, milliseconds. */
const PAUSES = Int32Array.from({ length: 1024 }, (_, i) =>
  Math.min(LONGEST_PAUSE, Math.ceil(1000 * exp(2.6 + 0.9 * normalQuantile((i + 0.5) / 1024)))),
);

/** One burst of messages. Messages are numbered conversation by conversation. */
export interface Burst {
  conversation: number;
  /** The number of its first message. */
  first: number;
  length: number;
  /** The instant of its first message, Unix milliseconds. */
  start: number;
}

/**
 * All bursts of all conversations, which are numbered conversation by conversation.
 *
 * A permutation maps a burst's rank in time to its number, so that the bursts of every conversation are spread over time
 * at random. Its inverse tells when a burst happens. Only prefix sums are stored.
 */
export class Bursts {
  /** The number of the first message of each conversation. The last element is the number of all messages. */
  readonly messageStart: Int32Array;
  /** The number of the first burst of each conversation. The last element is the number of all bursts. */
  readonly burstStart: Int32Array;
  readonly count: number;
  readonly #order: Permutation;
  readonly #startJitter: Stream;
  readonly #composition: Stream;
  readonly #pause: Stream;
  /** The conversations of evenly spaced bursts, from which a search starts. */
  readonly #guide: Int32Array;
  readonly #guideStep: number;

  /** @param sizes the number of messages of each conversation */
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

  /** The start of the burst with this rank in time, Unix milliseconds. It increases with the rank. */
  startOfRank(rank: number): number {
    return this.time.instantAt((rank + this.#startJitter.unit(rank)) / this.count);
  }

  /** The rank in time of a burst. */
  rankOf(burst: number): number {
    return this.#order.inverse(burst);
  }

  /** A lower bound for the ranks of all bursts that start at the instant or later. */
  rankAt(instant: number): number {
    return Math.max(0, Math.floor(this.time.fractionAt(instant) * this.count) - 2);
  }

  /** Reads the burst with this rank in time into `into`. */
  readRank(rank: number, into: Burst): void {
    const burst = this.#order.forward(rank);
    into.conversation = this.#conversationOf(burst);
    into.start = this.startOfRank(rank);
    this.#readMessages(burst, into);
  }

  /** Reads the burst with this number, which is one of the conversation, into `into`. */
  read(conversation: number, burst: number, into: Burst): void {
    into.conversation = conversation;
    into.start = this.startOfRank(this.#order.inverse(burst));
    this.#readMessages(burst, into);
  }

  /** The pause between a message and the previous one of its burst, at least 1 millisecond. */
  pauseBefore(message: number): number {
    return PAUSES[this.#pause.bits(message) & 1023]!;
  }

  /** The instant of the last message of a burst, Unix milliseconds. */
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

  #readMessages(burst: number, into: Burst): void {
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

  /** Draws `parts - 1` of the `length - 1` gaps between the messages of a cell, as a bit mask (Floyd's sampling). */
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

/** The number of bursts in the last, incomplete cell of a conversation. */
function burstsOfRest(messages: number): number {
  return Math.ceil((messages * BURSTS_PER_CELL) / CELL);
}

function lowestBit(mask: number): number {
  return 31 - Math.clz32(mask & -mask);
}
