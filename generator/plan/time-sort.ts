/** Its counters stay in the nearest cache. */
const RADIX = 2 ** 11;

/**
 * Sorts places by their instants: a radix sort, as whole milliseconds within a slice have few digits. A tenth of the
 * time of a sort by comparison. One object serves slice after slice and keeps its memory.
 */
export class TimeSort {
  #from = new Uint32Array(0);
  #to = new Uint32Array(0);

  /** The places 0 to count - 1 in order of `at`, equal ones in order of place. Overwritten by the next sort. */
  sort(at: Float64Array, count: number): Uint32Array<ArrayBuffer> {
    if (this.#to.length < count) {
      this.#from = new Uint32Array(at.length);
      this.#to = new Uint32Array(at.length);
    }
    let [from, to] = [this.#from, this.#to];
    let earliest = Infinity;
    let latest = -Infinity;
    for (let i = 0; i < count; i++) {
      earliest = Math.min(earliest, at[i]!);
      latest = Math.max(latest, at[i]!);
      to[i] = i;
    }
    const starts = new Uint32Array(RADIX + 1);
    for (let unit = 1; unit <= latest - earliest; unit *= RADIX) {
      [from, to] = [to, from];
      starts.fill(0);
      for (let i = 0; i < count; i++) starts[1 + (Math.floor((at[i]! - earliest) / unit) % RADIX)]!++;
      for (let digit = 0; digit < RADIX; digit++) starts[digit + 1]! += starts[digit]!;
      for (let i = 0; i < count; i++) {
        const place = from[i]!;
        to[starts[Math.floor((at[place]! - earliest) / unit) % RADIX]!++] = place;
      }
    }
    [this.#from, this.#to] = [from, to];
    return to;
  }
}
