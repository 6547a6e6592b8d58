import { writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { gzipSync } from "node:zlib";
import { readStackFile } from "../../config";
import { loadDataset } from "../../generator/load";
import { describeMachine, thisMachine } from "../report/machine";
import { startBenchServer } from "../server/server";
import { equalTrials, SMALL } from "./trial";

const TRIALS = 20;

/** Latencies of experiments with equal sides, for tests that must always give the same result. */
export interface Recording {
  machine: string;
  series: Series[];
}

export interface Series {
  query: string;
  stratum: string;
  /** The latencies block by block, in microseconds. Blocks with the same number were measured next to each other. */
  before: number[][];
  after: number[][];
}

export const recordingFile = resolve(__dirname, "../../test/fixtures/latencies.json.gz");

/** Records `test/fixtures/latencies.json.gz`: `node --require ./runtime/preload.cjs bench/phase2/record.ts`, on a quiet machine. */
async function record(): Promise<void> {
  const band = readStackFile(resolve(__dirname, "../.."), "dev");
  const server = await startBenchServer(band, SMALL.messages);
  try {
    const { ownerUrl } = await server.newDatabase();
    await loadDataset(ownerUrl, { ...band.dataset, ...SMALL }, () => undefined, { workers: 1 });
    const series = new Map<string, Series>();
    await equalTrials(ownerUrl, TRIALS, ({ pre, post }) => {
      const pairs = pre.queries.map(({ query, stratum, warm_ms }, i) => {
        return { query, stratum, before: warm_ms, after: post.queries[i]!.warm_ms };
      });
      const { query, insert_ms: before } = pre.writes;
      pairs.push({ query, stratum: "inserts", before, after: post.writes.insert_ms });
      for (const { query, stratum, before, after } of pairs) {
        const key = `${query} ${stratum}`;
        const own = series.get(key) ?? { query, stratum, before: [], after: [] };
        own.before.push(...before.map(microseconds));
        own.after.push(...after.map(microseconds));
        series.set(key, own);
      }
    });
    const machine = describeMachine(thisMachine(server.version));
    const recording: Recording = { machine, series: [...series.values()] };
    writeFileSync(recordingFile, gzipSync(JSON.stringify(recording), { level: 9 }));
  } finally {
    await server.remove();
  }
}

function microseconds(block: readonly number[]): number[] {
  return block.map((ms) => Math.round(ms * 1000));
}

if (require.main === module) void record();
