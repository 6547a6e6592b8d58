import type { Client } from "pg";
import { withAdvisoryLock, withClient, withTransaction } from "../../postgres/connection";
import { ExpectedError } from "../../runtime/errors";
import { Progress, type Log } from "../../runtime/progress";
import { makePlan, type Plan } from "../plan/plan";
import { specProblems } from "../problems";
import { ConversationRows } from "../rows/conversations";
import { identities, type Identities } from "../rows/identities";
import { MemberRows } from "../rows/members";
import { UserRows } from "../rows/users";
import type { RowSource } from "../rows/source";
import { MODEL_VERSION, type DatasetSpec } from "../spec";
import { tableNames, type TableName } from "../tables";
import { Copier } from "./copy";
import { saveAndDrop } from "./definitions";
import { finishTables, prepareSession } from "./finish";
import {
  addLine,
  countRows,
  createLedger,
  markComplete,
  plainSpec,
  readLines,
  readLoad,
  requireOwnRows,
  requireSameDataset,
  sumOfRows,
  type LedgerLine,
} from "./ledger";
import { loadMessages } from "./messages";
import { readState, type DatasetState } from "./state";

/** The advisory lock of whoever loads or clears a dataset: "chat" in ASCII. */
export const LOAD_LOCK = 0x63686174;
/** Messages in a shard: enough that a commit costs nothing beside it, few enough that a restart repeats seconds. */
const MESSAGES_PER_SHARD = 250_000;

export interface LoadOptions {
  /** Into how many shards to cut the messages; by default one for each 250,000. A load that is resumed keeps its own. */
  shards?: number;
}

/**
 * Fills the database with the dataset of the spec, or goes on where an earlier run was stopped, or does nothing when
 * the ledger says that it is all there. Stopped at any point and started again, it ends with the same rows and the
 * schema as it was.
 *
 * @param ownerUrl the role that owns the tables
 * @throws ExpectedError when the spec is impossible, or another dataset or other rows are in the tables
 */
export function loadDataset(
  ownerUrl: string,
  spec: DatasetSpec,
  log: Log,
  { shards = Math.ceil(spec.messages / MESSAGES_PER_SHARD) }: LoadOptions = {},
): Promise<DatasetState> {
  const problems = specProblems(spec);
  if (problems.length > 0) {
    const list = problems.map(({ problem }) => `\n  - ${problem}`).join("");
    return Promise.reject(new ExpectedError(`This dataset cannot be made:${list}`));
  }
  return withClient(ownerUrl, (client) =>
    withAdvisoryLock(client, LOAD_LOCK, async () => {
      const finished = await openLoad(client, plainSpec(spec), shards, log);
      return finished ?? (await runLoad(client, ownerUrl, log));
    }),
  ).catch((error: unknown) => {
    throw interruption(error) ?? error;
  });
}

/** What to say when the server went away or ran out of space: SQLSTATE classes 53 and 57P, or a lost connection. */
function interruption(error: unknown): ExpectedError | undefined {
  if (!(error instanceof Error) || error instanceof ExpectedError) return undefined;
  const code = "code" in error && typeof error.code === "string" ? error.code : "";
  if (!/^(53|57P|ECONN|EPIPE)/.test(code) && !error.message.startsWith("Connection terminated"))
    return undefined;
  return new ExpectedError(
    `The load was interrupted: ${error.message}.`,
    "What is loaded is kept: once the cause is gone, the same command resumes from there.",
  );
}

/** Whether the chat schema is there. */
export async function tablesPresent(client: Client): Promise<boolean> {
  return (await missingTables(client)).length === 0;
}

async function missingTables(client: Client): Promise<string[]> {
  const { rows } = await client.query<{ name: string }>(
    "SELECT name FROM unnest($1::text[]) AS name WHERE to_regclass('public.' || name) IS NULL",
    [tableNames],
  );
  return rows.map(({ name }) => name);
}

/** Opens a new load or checks that the present one may go on. Returns the dataset when it is complete. */
async function openLoad(
  client: Client,
  spec: DatasetSpec,
  shards: number,
  log: Log,
): Promise<DatasetState | undefined> {
  const database = client.database ?? "";
  const missing = await missingTables(client);
  if (missing.length > 0) {
    throw new ExpectedError(
      `Database "${database}" lacks the tables ${missing.join(", ")}.`,
      "Apply the migrations first: `pulumi up` does.",
    );
  }
  const load = await readLoad(client);
  if (load === undefined) {
    requireOwnRows(database, await countRows(client), {});
    await withTransaction(client, async () => {
      await createLedger(client, spec, shards);
      await saveAndDrop(client);
    });
    return undefined;
  }
  requireSameDataset(load, spec, database);
  if (load.result) {
    log(`The dataset is there already: ${load.spec.messages.toLocaleString("en-US")} messages.`);
    return load.result;
  }
  const lines = await readLines(client);
  requireOwnRows(database, await countRows(client), sumOfRows(lines));
  log(`resuming: ${lines.filter(({ part }) => part === "messages").length} of ${load.shards} shards present`);
  return undefined;
}

async function runLoad(client: Client, ownerUrl: string, log: Log): Promise<DatasetState> {
  const { spec, shards } = (await readLoad(client))!;
  const seconds: Record<string, number> = {};
  await prepareSession(client);
  const started = performance.now();
  const plan = makePlan(spec);
  const ids = identities(plan);
  seconds.plan = (performance.now() - started) / 1000;
  log(`plan: ${spec.messages.toLocaleString("en-US")} messages in ${shards} shards`);

  const present = new Set((await readLines(client)).map(({ part, number }) => `${part} ${number}`));
  const copier = new Copier(client);
  Object.assign(seconds, await loadSmallTables(copier, plan, ids, present, log));
  seconds.messages = await loadMessages(copier, plan, ids, shards, present, log);
  Object.assign(seconds, await finishTables(client, ownerUrl, log));

  const progress = new Progress("fingerprint", tableNames.length, "tables", log);
  const state = await readState(client, { spec, modelVersion: MODEL_VERSION });
  progress.advance(tableNames.length);
  seconds.fingerprint = progress.finish();
  requireOwnRows(client.database ?? "", state.counts, sumOfRows(await readLines(client)));
  const result = { ...state, seconds };
  await markComplete(client, result);
  return result;
}

/** Users, conversations and their members: each table whole, with its line in the ledger, in one transaction. */
async function loadSmallTables(
  copier: Copier,
  plan: Plan,
  ids: Identities,
  present: Set<string>,
  log: Log,
): Promise<Record<string, number>> {
  const { client } = copier;
  const { spec, members } = plan;
  const seconds: Record<string, number> = {};
  const small: [TableName & LedgerLine["part"], number, () => RowSource][] = [
    ["users", spec.users, () => new UserRows(plan, ids)],
    ["conversations", spec.conversations, () => new ConversationRows(plan, ids)],
    ["conversation_users", members.user.length, () => new MemberRows(plan, ids)],
  ];
  for (const [table, count, rows] of small) {
    if (present.has(`${table} 0`)) continue;
    const progress = new Progress(table, count, "rows", log);
    await withTransaction(client, async () => {
      const bytes = await copier.copy(table, rows());
      await addLine(client, { part: table, number: 0, rows: { [table]: count } });
      progress.advance(count, bytes);
    });
    seconds[table] = progress.finish();
  }
  return seconds;
}
