import type { MeasuredRun, PeerRuns } from "../../../bench/measure";
import type { OwnLoad } from "../../../bench/ours/own-load";
import { ratiosOf } from "../../../bench/report/ratios";
import type { Results } from "../../../bench/report/results";

/** A peer with one run for each given time. */
export function peer(name: string, times: number[], run: Partial<MeasuredRun> = {}): PeerRuns {
  return {
    name,
    what: `${name} at work`,
    timed: `What ${name} does.`,
    settings: {},
    runs: times.map((seconds) => ({
      rows: 1_000_000,
      bytes: 300e6,
      tableBytes: 400e6,
      seconds: { rows: seconds },
      ...run,
    })),
  };
}

/** A peer that also builds indexes, which takes the same time again. */
export function wholeLoad(name: string, times: number[]): PeerRuns {
  const { runs, ...rest } = peer(name, times);
  return {
    ...rest,
    runs: runs.map((run) => ({
      ...run,
      seconds: { rows: run.seconds.rows!, indexes: run.seconds.rows! },
      aside: { checkpoint: 0.5 },
    })),
  };
}

export function load(changes: Partial<OwnLoad> = {}): OwnLoad {
  return {
    messages: 5_000_000,
    workers: 2,
    rows: 7_000_000,
    bytes: 2e9,
    seconds: { rows: 10 },
    fingerprintSeconds: 3,
    fingerprint: "00000000000000aa",
    memory: { bytes: 256 * 2 ** 20, processes: 4 },
    ...changes,
  };
}

/** The results of a bench that measured these peers. */
export function results(peers: PeerRuns[], changes: Partial<Results> = {}): Results {
  return {
    date: "2025-11-30T10:00:00.000Z",
    full: true,
    seconds: 900,
    spec: {
      messages: 5_000_000,
      users: 5000,
      conversations: 8000,
      seed: "chat-perf",
      alpha: 1.8,
      windowDays: 90,
      windowEnd: "2025-10-01T00:00:00Z",
    },
    machine: {
      cores: 2,
      memoryBytes: 8 * 2 ** 30,
      cpu: "Some CPU",
      system: "linux x64",
      node: "20.19.0",
      postgres: "18.4",
    },
    settings: {},
    peers,
    studies: {},
    ratios: ratiosOf(peers),
    ...changes,
  };
}
