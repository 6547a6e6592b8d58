import type { DatasetSpec } from "../spec";
import type { TableName } from "../tables";

/** A dataset as it was read back from the database. */
export interface DatasetState {
  spec: DatasetSpec;
  modelVersion: number;
  /** The number of rows of each table. */
  counts: Record<TableName, number>;
  /** The fingerprint of each table in 16 hexadecimal digits; see `fingerprintQuery`. */
  fingerprint: Record<TableName, string>;
  /** The fingerprint of all tables: the first 16 hexadecimal digits of the SHA-256 of the counts and fingerprints. */
  combinedFingerprint: string;
  /** How the load went. For a resumed load, this is its last run. Absent when the rows were only read. */
  load?: {
    workers: number;
    /** Bytes that were sent by COPY BINARY. */
    bytes: number;
    /** The time of each phase: `rows`, `analyze, indexes`, `foreign keys`, `fingerprint`. */
    seconds: Record<string, number>;
  };
}
