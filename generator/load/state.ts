import type { DatasetSpec } from "../spec";
import type { TableName } from "../tables";

/** A dataset as its rows in the database are. */
export interface DatasetState {
  spec: DatasetSpec;
  modelVersion: number;
  /** Rows of each table. */
  counts: Record<TableName, number>;
  /** Of each table, 16 hexadecimal digits; see `fingerprintQuery`. */
  fingerprint: Record<TableName, string>;
  /** One for all tables: the first 16 hexadecimal digits of the SHA-256 of counts and fingerprints. */
  combinedFingerprint: string;
  /** How the load went; a load that was resumed counts its last run. Absent when the rows were only read. */
  load?: {
    workers: number;
    /** Bytes of COPY BINARY. */
    bytes: number;
    /** Of each phase: `rows`, `analyze, indexes`, `foreign keys`, `fingerprint`. */
    seconds: Record<string, number>;
  };
}
