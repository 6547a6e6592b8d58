import type { Capture, IndexState, QuerySamples } from "../../../phase2/capture";
import { compareCaptures, type Comparison } from "../../../phase2/compare";
import { units } from "../statistics/samples";

/** The properties of a synthetic query. */
export interface QuerySpec {
  query?: string;
  stratum?: string;
  /** The median latency, in milliseconds. */
  ms?: number;
  target_ms?: number;
  plan?: unknown;
  cold_ms?: number[];
}

/** The properties of a synthetic capture that differ from the defaults. */
export interface CaptureSpec {
  queries?: QuerySpec[];
  insertMs?: number;
  walBytes?: number;
  blocks?: number;
  /** The relative standard deviation of single latencies, and of the machine's speed between blocks. */
  noise?: number;
  drift?: number;
  experiment?: string;
  indexes?: IndexState[];
}

const EXECUTIONS = 20;
const key: IndexState = {
  name: "messages_pkey",
  table: "messages",
  definition: "CREATE UNIQUE INDEX messages_pkey ON public.messages USING btree (id)",
  bytes: 4_000_000,
  valid: true,
};

/** The phase-2 index for Q1. */
export const roomIndex: IndexState = {
  name: "messages_room_time_idx",
  table: "messages",
  definition:
    'CREATE INDEX messages_room_time_idx ON public.messages USING btree ("conversationId", "createdAt" DESC)',
  bytes: 6_000_000,
  valid: true,
  build_seconds: 1.25,
};

/** A plan that sorts the rows which an index on the conversation finds. */
export const sortPlan = [
  {
    Plan: {
      "Node Type": "Limit",
      "Actual Rows": 50,
      "Actual Loops": 1,
      "Shared Hit Blocks": 900,
      "Shared Read Blocks": 40,
      Plans: [
        {
          "Node Type": "Sort",
          "Sort Key": ['"createdAt" DESC'],
          "Actual Rows": 50,
          "Actual Loops": 1,
          Plans: [
            {
              "Node Type": "Index Scan",
              "Scan Direction": "Forward",
              "Index Name": "messages_conversationId_idx",
              "Relation Name": "messages",
              "Actual Rows": 4000,
              "Actual Loops": 1,
            },
          ],
        },
      ],
    },
  },
];

/** A plan that reads the rows in order. */
export const orderedPlan = [
  {
    Plan: {
      "Node Type": "Limit",
      "Actual Rows": 50,
      "Actual Loops": 1,
      "Shared Hit Blocks": 54,
      "Shared Read Blocks": 0,
      Plans: [
        {
          "Node Type": "Index Scan",
          "Scan Direction": "Forward",
          "Index Name": roomIndex.name,
          "Relation Name": "messages",
          "Actual Rows": 50,
          "Actual Loops": 1,
        },
      ],
    },
  },
];

/** Creates a capture with log-normal latencies. The same name and properties give the same capture. */
export function capture(
  kind: "pre" | "post",
  {
    queries = [{}],
    insertMs = 0.3,
    walBytes = 900,
    blocks = 20,
    noise = 0.1,
    drift = 0.02,
    experiment,
    indexes = [key],
  }: CaptureSpec = {},
): Capture {
  const series = (name: string, ms: number): number[][] => {
    const unit = units(`${kind} ${name}`);
    const normal = (): number => Math.sqrt(-2 * Math.log(unit())) * Math.cos(2 * Math.PI * unit());
    return Array.from({ length: blocks }, () => {
      const speed = Math.exp(drift * normal());
      return Array.from({ length: EXECUTIONS }, () => ms * speed * Math.exp(noise * normal()));
    });
  };
  const samples = queries.map((spec): QuerySamples => {
    const { query = "Q1", stratum = "heaviest rooms", ms = 1, plan = sortPlan, ...rest } = spec;
    const title = "latest 50 messages of a conversation";
    return { query, title, stratum, plan, warm_ms: series(`${query} ${stratum}`, ms), rows: 50, ...rest };
  });
  return {
    kind: `${kind}-optimization`,
    version: 1,
    captured_at: kind === "pre" ? "2025-10-22T18:30:00.000Z" : "2025-10-22T19:30:00.000Z",
    ...(experiment !== undefined && { experiment }),
    conditions: {
      server_version: "18.4",
      database: "chat_perf_dev",
      seed: "chat-perf",
      settings: { work_mem: "64MB", shared_buffers: "256MB" },
      dataset: { messages: "00000000000000aa" },
      queries: Object.fromEntries(["Q2", ...samples.map(({ query }) => query)].map((query) => [query, "d1"])),
    },
    tables: [{ name: "messages", rows: 50_000, bytes: 20_000_000 }],
    indexes,
    queries: samples,
    writes: {
      query: "Q2",
      title: "insert a message",
      target_ms: 100,
      insert_ms: series("Q2", insertMs),
      wal_bytes_per_row: walBytes,
    },
  };
}

/** Creates captures before and after an index that makes Q1 ten times as fast and does not affect Q6. */
export function goodRelease(before: CaptureSpec = {}, after: CaptureSpec = {}): [Capture, Capture] {
  const q6 = { query: "Q6", stratum: "median rooms", ms: 0.4, target_ms: 20 };
  return [
    capture("pre", { queries: [{ ms: 5, target_ms: 50 }, q6], ...before }),
    capture("post", {
      queries: [{ ms: 0.5, target_ms: 50, plan: orderedPlan }, q6],
      indexes: [key, roomIndex],
      walBytes: 1050,
      ...after,
    }),
  ];
}

/** Compares, in turns, a release that changes the latency of Q1 by a factor and nothing else. */
export function compared(factor: number, before: CaptureSpec = {}, after: CaptureSpec = {}): Comparison {
  return compareCaptures(
    capture("pre", { experiment: "e", ...before }),
    capture("post", { experiment: "e", queries: [{ ms: factor }], ...after }),
  );
}

/** The reasons of a weight. */
export const texts = ({ reasons }: Comparison, weight: string): string[] =>
  reasons.filter((reason) => reason.weight === weight).map(({ text }) => text);
