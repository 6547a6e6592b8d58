import type { DatasetSpec } from "../../generator/spec";
import type { TableName } from "../../generator/tables";
import type { OwnLoad } from "../ours/own-load";
import { ExpectedError } from "../../common/errors";
import type { RowFile } from "../server/row-files";
import type { BenchDatabase, BenchServer } from "../server/server";
import type { MessageSource } from "../server/source";

/** What every peer gets. */
export interface Bench {
  spec: DatasetSpec;
  server: BenchServer;
  /** Starts another server like it, which the caller must remove. */
  newServer(): Promise<BenchServer>;
  projectRoot: string;
  /** Aborted when the bench is interrupted. */
  signal: AbortSignal;
  /** The dataset as files of COPY BINARY, which are written at the first call. */
  rowFiles(): Record<TableName, RowFile>;
  /** The same messages in other formats. */
  source(): Promise<MessageSource>;
}

/** One timed run of a peer. */
export interface Run {
  /** The rows of all tables. */
  rows: number;
  /** The bytes that were sent. Absent when no rows are sent. */
  bytes?: number;
  /** The seconds of each compared phase, in order. `rows` is the loading of rows only. */
  seconds: Record<string, number>;
  /** The seconds of phases that are timed but not compared. */
  aside?: Record<string, number>;
  /** All results of the generator, for one of its own runs. */
  load?: OwnLoad;
}

/** A way of filling tables that is compared with the others. */
export interface Peer {
  /** The name, as `--only` accepts it. */
  name: string;
  /** The description in the table, at most 36 characters. */
  what: string;
  /** What is timed, in a sentence. */
  timed: string;
  /**
   * The number of runs.
   *
   * @default 3, in turns with the other peers
   */
  rounds?: number;
  /** Additional settings of the server. */
  settings?: Record<string, string>;
  /** Prepares a new database with the chat schema, which is not timed. Returns the work that is timed. */
  prepare(bench: Bench, database: BenchDatabase): Promise<() => Promise<Run>>;
}

/** The program of a peer is missing. The bench continues without the peer. */
export class PeerMissing extends ExpectedError {}

/** Measures the seconds of phases. */
export class Phases {
  readonly seconds: Record<string, number> = {};

  /** Runs the work and adds its time to the phase. */
  async time<T>(phase: string, work: () => Promise<T>): Promise<T> {
    const started = performance.now();
    const result = await work();
    this.seconds[phase] = (this.seconds[phase] ?? 0) + (performance.now() - started) / 1000;
    return result;
  }
}

/** The bytes of a number of messages in COPY BINARY, by the mean of the file's rows. */
export function binaryBytes({ rows, bytes }: RowFile, count: number): number {
  return Math.round((bytes / rows) * count);
}
