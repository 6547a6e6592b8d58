import { readDataset } from "../../generator/load";
import type { DatasetSpec } from "../../generator/spec";
import type { Capture } from "../../phase2/capture";
import { type CaptureOptions, takeCapture } from "../../phase2/measure/take-capture";
import { withClient } from "../../postgres/connection";
import { chatSchema, deadRows } from "./chat-schema";
import type { TestDatabase } from "./server";

/** A dataset to measure on. */
export const measuredSpec: DatasetSpec = {
  messages: 50_000,
  users: 1000,
  conversations: 500,
  seed: "phase 2",
  alpha: 1.8,
  windowDays: 90,
  windowEnd: "2025-10-01T00:00:00Z",
};

/** Takes a capture with few blocks, because these tests check its content and not its precision. */
export function smallCapture(url: string, options: Partial<CaptureOptions> = {}): Promise<Capture> {
  const log = (): void => undefined;
  return takeCapture(url, { kind: "pre-optimization", seed: "a", blocks: 2, passes: 1, log, ...options });
}

/** Everything that a capture could change. */
export async function everythingIn({ ownerUrl, adminUrl }: TestDatabase): Promise<unknown> {
  return {
    rows: await readDataset(ownerUrl),
    schema: await chatSchema(ownerUrl),
    dead: await deadRows(adminUrl),
    ...(await withClient(adminUrl, async (client) => ({
      settings: (await client.query("SELECT setrole, setconfig FROM pg_db_role_setting")).rows,
      files: (await client.query("SELECT name, setting FROM pg_file_settings ORDER BY seqno")).rows,
      relations: (
        await client.query(
          `SELECT relname, reltuples FROM pg_class
           WHERE relkind = 'r' AND relnamespace::regnamespace::text IN ('public', 'chat_perf') ORDER BY 1`,
        )
      ).rows,
    }))),
  };
}
