import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { recordingFile, type Recording } from "../../bench/phase2/record";
import { Stream } from "../../common/random";
import type { Capture, IndexState } from "../../phase2/capture";
import { capture, sortPlan } from "../unit/phase2/captures";

/**
 * The number of rounds of a trial. It is large enough to find a change of 10 % in the recording, which is from a busy
 * machine.
 */
const ROUNDS = 60;
/** The number of blocks of each side in a round. */
const ROUND = 2;

let recording: Recording | undefined;

/**
 * Two captures with latencies that were recorded in turns on a real server without any difference between the sides.
 * The number of the trial selects the first round, and which side of each round counts as the first capture.
 *
 * @param added an index that only the second capture has
 */
export function recordedTrial(number: number, added: IndexState[] = []): { pre: Capture; post: Capture } {
  recording ??= JSON.parse(gunzipSync(readFileSync(recordingFile)).toString()) as Recording;
  const { series } = recording;
  const rounds = series[0]!.before.length / ROUND;
  const stream = new Stream("recorded", String(number));
  const from = stream.below(0, rounds - ROUNDS + 1);
  const swapped = (block: number): boolean => stream.below(1 + Math.floor(block / ROUND), 2) === 1;
  const blocks = Array.from({ length: ROUNDS * ROUND }, (_, block) => block);
  const side = (kind: "pre" | "post"): Capture => {
    const taken = series.map(({ query, stratum, before, after }) => {
      const ms = blocks.map((block) => {
        const first = (kind === "pre") !== swapped(block);
        return (first ? before : after)[from * ROUND + block]!.map((microseconds) => microseconds / 1000);
      });
      return { query, stratum, ms };
    });
    const writes = taken.find(({ stratum }) => stratum === "inserts")!;
    const reads = taken.filter((each) => each !== writes);
    const made = capture(kind, {
      blocks: 2,
      queries: reads.map(({ query, stratum }) => ({ query, stratum })),
    });
    return {
      ...made,
      experiment: `recorded ${number}`,
      indexes: kind === "pre" ? made.indexes : [...made.indexes, ...added],
      queries: made.queries.map((query, i) => ({ ...query, plan: sortPlan, warm_ms: reads[i]!.ms })),
      writes: {
        query: writes.query,
        title: "insert a message",
        insert_ms: writes.ms,
        wal_bytes_per_row: 550,
      },
    };
  };
  return { pre: side("pre"), post: side("post") };
}
