import type { DatasetSpec } from "../../generator/spec";
import type { TableName } from "../../generator/tables";
import type { OwnLoad } from "../ours/own-load";
import { ExpectedError } from "../../runtime/errors";
import type { RowFile } from "../server/row-files";
import type { BenchDatabase, BenchServer } from "../server/server";
import type { MessageSource } from "../server/source";

/** What every peer works with. */
export interface Bench {
  spec: DatasetSpec;
  server: BenchServer;
  /** Starts another one like it, to be removed by the caller. */
  newServer(): Promise<BenchServer>;
  projectRoot: string;
  /** Aborted when the bench is interrupted. */
  signal: AbortSignal;
  /** The dataset as files of COPY BINARY, written when first asked for. */
  rowFiles(): Record<TableName, RowFile>;
  /** The same messages in other forms. */
  source(): Promise<MessageSource>;
}

/** One timed run of a peer. */
export interface Run {
  /** Rows of all tables. */
  rows: number;
  /** Bytes that the rows are sent as; absent where they have no such size. */
  bytes?: number;
  /** Seconds of each phase that counts, in order; `rows` is the loading of rows alone. */
  seconds: Record<string, number>;
  /** Seconds of what is timed but not compared. */
  aside?: Record<string, number>;
  /** Of a run of the generator, everything that it says. */
  load?: OwnLoad;
}

/** A way of filling tables, measured beside the others. */
export interface Peer {
  /** As `--only` takes it. */
  name: string;
  /** For the table: at most 36 characters. */
  what: string;
  /** What of it is timed, in a sentence. */
  timed: string;
  /** How often it runs. Default: three times, in turn with the others. */
  rounds?: number;
  /** Server settings beside the usual ones. */
  settings?: Record<string, string>;
  /** Untimed work on a new database with the chat schema. Returns the work to be timed. */
  prepare(bench: Bench, database: BenchDatabase): Promise<() => Promise<Run>>;
}

/** A peer's program is missing: the bench goes on without it. */
export class PeerMissing extends ExpectedError {}

/** Seconds of phases as they pass. */
export class Phases {
  readonly seconds: Record<string, number> = {};

  /** Adds the time of the work to the phase. */
  async time<T>(phase: string, work: () => Promise<T>): Promise<T> {
    const started = performance.now();
    const result = await work();
    this.seconds[phase] = (this.seconds[phase] ?? 0) + (performance.now() - started) / 1000;
    return result;
  }
}

/** Bytes of so many messages as COPY BINARY, by the average of the file's rows. */
export function binaryBytes({ rows, bytes }: RowFile, count: number): number {
  return Math.round((bytes / rows) * count);
}
