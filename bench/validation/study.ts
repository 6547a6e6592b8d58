import type { Client } from "pg";
import { withClient } from "../../postgres/connection";
import type { Log } from "../../common/progress";
import { defaultThresholds } from "../../validation/thresholds";
import { validateDataset } from "../../validation/validate";
import { ownLoad } from "../ours/own-load";
import type { Bench } from "../peers/peer";
import { median } from "../../statistics/quantile";
import { naiveChecks } from "./naive";

/** The number of rounds, each with a count, the checks and the naive checks. */
const ROUNDS = 3;

/** The time of checking a dataset, as medians in seconds. */
export interface ValidationStudy {
  messages: number;
  /** One `SELECT count(*) FROM messages` by sequential scan, parallel where the settings allow it. */
  count: number;
  /** The time of each of the eight checks, by name. */
  checks: Record<string, number>;
  /** The time of each check in its naive form. */
  naive: Record<string, number>;
  /** The plan of each statement of the checks, as EXPLAIN shows it. */
  plans: Record<string, { sql: string; plan: string[] }[]>;
}

/** Loads the dataset and measures the checks and their naive form. */
export async function validationStudy(bench: Bench, log: Log): Promise<ValidationStudy> {
  const { server, spec } = bench;
  await server.configure({});
  const database = await server.newDatabase();
  await ownLoad(bench, database, spec.messages);
  await server.checkpoint();
  const url = database.ownerUrl;

  const counts: number[] = [];
  const [checks, naive]: Record<string, number[]>[] = [{}, {}];
  const plans: ValidationStudy["plans"] = {};
  for (let round = 0; round < ROUNDS; round++) {
    counts.push(await withClient(url, countBySequentialScan));
    const report = await validateDataset(url, { thresholds: defaultThresholds, log: () => undefined });
    for (const { key, seconds, sql } of report.checks) {
      (checks![key] ??= []).push(seconds);
      plans[key] ??= await withClient(url, (client) => explain(client, sql));
    }
    await withClient(url, async (client) => {
      for (const [key, statements] of Object.entries(naiveChecks))
        (naive![key] ??= []).push(
          await timed(async () => {
            for (const sql of statements) await client.query(sql);
          }),
        );
    });
  }
  await server.dropDatabase();
  const study = {
    messages: spec.messages,
    count: median(counts),
    checks: medians(checks!),
    naive: medians(naive!),
    plans,
  };
  log(`validation: ${total(study.checks).toFixed(1)} s, naively ${total(study.naive).toFixed(1)} s`);
  return study;
}

/** The seconds of all checks together. */
export function total(checks: Record<string, number>): number {
  return Object.values(checks).reduce((sum, seconds) => sum + seconds, 0);
}

async function countBySequentialScan(client: Client): Promise<number> {
  await client.query(
    "SET enable_indexscan = off; SET enable_indexonlyscan = off; SET enable_bitmapscan = off",
  );
  return timed(() => client.query("SELECT count(*) FROM messages"));
}

async function explain(
  client: Client,
  statements: readonly string[],
): Promise<{ sql: string; plan: string[] }[]> {
  await client.query("SET jit = off; SET enable_parallel_hash = off");
  const plans = [];
  for (const sql of statements) {
    const { rows } = await client.query<{ "QUERY PLAN": string }>(`EXPLAIN ${sql}`);
    plans.push({ sql, plan: rows.map((row) => row["QUERY PLAN"]) });
  }
  return plans;
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const started = performance.now();
  await work();
  return (performance.now() - started) / 1000;
}

function medians(runs: Record<string, number[]>): Record<string, number> {
  return Object.fromEntries(Object.entries(runs).map(([key, seconds]) => [key, median(seconds)]));
}
