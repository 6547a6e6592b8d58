import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { DatasetSpec } from "../../generator/spec";
import { ExpectedError } from "../../common/errors";
import type { PeerRuns } from "../measure";
import type { Studies } from "../ours/studies";
import type { Machine } from "./machine";
import type { Ratio } from "./ratios";

/** All results of a bench, as its JSON file has them. Times are in seconds and sizes in bytes. */
export interface Results {
  /** The start of the bench, ISO 8601, UTC. */
  date: string;
  /** Whether every compared tool and every other measurement ran with a dataset of the dev band's size. */
  full: boolean;
  seconds: number;
  spec: DatasetSpec;
  machine: Machine;
  /** The settings that are set by ALTER SYSTEM for every peer. */
  settings: Record<string, string>;
  peers: PeerRuns[];
  studies: Studies;
  ratios: Ratio[];
}

/**
 * Writes the results to `output`. Without it they go into the folder: a full run under its date and number of cores and
 * also as the latest, any other run as partial.
 *
 * @returns the file's path
 */
export function writeResults(results: Results, folder: string, output?: string): string {
  const { date, machine, full } = results;
  const name = `${date.slice(0, 10)}-${machine.cores}cores${full ? "" : "-partial"}.json`;
  const path = output ?? join(folder, name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, `${JSON.stringify(results, null, 2)}\n`);
  if (full && output === undefined) copyFileSync(path, join(folder, "latest.json"));
  return path;
}

/**
 * Reads the results from a file.
 *
 * @throws ExpectedError when the file is not the result of a bench
 */
export function readResults(path: string): Results {
  try {
    const results = JSON.parse(readFileSync(path, "utf8")) as Partial<Results>;
    if (Array.isArray(results.peers)) return results as Results;
  } catch (error) {
    throw new ExpectedError(`Cannot read ${path}: ${(error as Error).message}.`);
  }
  throw new ExpectedError(`${path} is not a result of the bench.`, "Give a file from bench/results/.");
}
