/** The mean number of positions in a bucket. With so few, sorting a bucket takes less time than finding it. */
const BUCKET = 2;

/**
 * Sorts positions by their instants: into buckets of equal time, then by insertion. Messages are spread evenly enough that
 * the time is proportional to their number. One object is used for many shards and keeps its memory.
 */
export class TimeSort {
  #order = new Uint32Array(0);
  #ends = new Uint32Array(0);

  /** Returns the positions 0 to count - 1 in the order of (`at`, position). The next sort overwrites the result. */
  sort(at: Float64Array, count: number): Uint32Array<ArrayBuffer> {
    if (this.#order.length < count) {
      this.#order = new Uint32Array(at.length);
      this.#ends = new Uint32Array(Math.ceil(at.length / BUCKET) + 1);
    }
    const order = this.#order;
    const ends = this.#ends;
    let earliest = Infinity;
    let latest = -Infinity;
    for (let i = 0; i < count; i++) {
      earliest = Math.min(earliest, at[i]!);
      latest = Math.max(latest, at[i]!);
    }
    const buckets = Math.ceil(count / BUCKET);
    const scale = buckets / (latest - earliest + 1);
    ends.fill(0, 0, buckets);
    for (let i = 0; i < count; i++) ends[Math.floor((at[i]! - earliest) * scale)]!++;
    for (let bucket = 1; bucket < buckets; bucket++) ends[bucket]! += ends[bucket - 1]!;
    for (let i = count - 1; i >= 0; i--) order[--ends[Math.floor((at[i]! - earliest) * scale)]!] = i;
    for (let i = 1; i < count; i++) {
      const position = order[i]!;
      const instant = at[position]!;
      let j = i;
      for (; j > 0 && at[order[j - 1]!]! > instant; j--) order[j] = order[j - 1]!;
      order[j] = position;
    }
    return order;
  }
}
