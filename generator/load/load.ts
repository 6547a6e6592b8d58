import type { Client } from "pg";
import { withAdvisoryLock, withClient, withTransaction } from "../../postgres/connection";
import { ExpectedError } from "../../runtime/errors";
import { Progress, type Log } from "../../runtime/progress";
import { makePlan, type Plan } from "../plan/plan";
import { MessageSlice, sliceBounds } from "../plan/slice";
import { specProblems } from "../problems";
import { AttachmentRows, AttachmentWriter } from "../rows/attachments";
import { ConversationRows } from "../rows/conversations";
import { identities, type Identities } from "../rows/identities";
import { MemberRows } from "../rows/members";
import { MessageRows, MessageWriter } from "../rows/messages";
import { ReadRows, ReadWriter } from "../rows/reads";
import { UserRows } from "../rows/users";
import type { RowSource } from "../rows/source";
import { MODEL_VERSION, type DatasetSpec } from "../spec";
import { tableNames, type TableName } from "../tables";
import { Copier } from "./copy";
import { restore, saveAndDrop, savedDefinitions } from "./definitions";
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
import { readState, type DatasetState } from "./state";

/** The advisory lock of whoever loads or clears a dataset: "chat" in ASCII. */
export const LOAD_LOCK = 0x63686174;
/** Messages in a shard: enough that a commit costs nothing beside it, few enough that a restart repeats seconds. */
const MESSAGES_PER_SHARD = 250_000;
/** Memory of one index build, unless the server gives more. */
const MAINTENANCE_WORK_MEM = "256MB";

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
  const small: [TableName & LedgerLine["part"], number, () => RowSource][] = [
    ["users", spec.users, () => new UserRows(plan, ids)],
    ["conversations", spec.conversations, () => new ConversationRows(plan, ids)],
    ["conversation_users", plan.members.user.length, () => new MemberRows(plan, ids)],
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

/** Each shard's messages, their attachments and reads, and its line in the ledger are committed together. */
async function loadMessages(
  copier: Copier,
  plan: Plan,
  ids: Identities,
  shards: number,
  present: Set<string>,
  log: Log,
): Promise<number> {
  const { client } = copier;
  const bounds = sliceBounds(plan, shards);
  const slice = new MessageSlice(plan);
  const messageWriter = new MessageWriter(plan, ids);
  const attachmentWriter = new AttachmentWriter(plan, ids);
  const readWriter = new ReadWriter(plan, ids);
  const missing = Array.from({ length: shards }, (_, i) => i).filter((i) => !present.has(`messages ${i}`));
  const progress = new Progress(
    "messages",
    Math.round((plan.spec.messages * missing.length) / shards),
    "messages",
    log,
  );
  for (const number of missing) {
    const [from, to] = [bounds[number]!, bounds[number + 1]!];
    slice.read(from, to);
    const messages = new MessageRows(messageWriter, slice);
    const attachments = new AttachmentRows(attachmentWriter, slice);
    const reads = new ReadRows(readWriter, slice);
    await withTransaction(client, async () => {
      const bytes =
        (await copier.copy("messages", messages)) +
        (await copier.copy("attachments", attachments)) +
        (await copier.copy("message_reads", reads));
      const rows = {
        messages: messages.written,
        attachments: attachments.written,
        message_reads: reads.written,
      };
      await addLine(client, { part: "messages", number, rows }, from, to);
      progress.advance(messages.written, bytes);
    });
  }
  return progress.finish();
}

/** Keys, indexes and foreign keys as they were; then VACUUM (ANALYZE). Two connections share what can be shared. */
async function finishTables(client: Client, ownerUrl: string, log: Log): Promise<Record<string, number>> {
  return await withClient(ownerUrl, async (second) => {
    await prepareSession(second);
    const seconds: Record<string, number> = {};
    for (const [label, kind] of [
      ["keys", "key"],
      ["indexes", "index"],
      ["foreign keys", "foreign key"],
    ] as const) {
      const definitions = await savedDefinitions(client, kind);
      const progress = new Progress(label, definitions.length, label, log);
      // Two foreign keys that share a table would only wait for each other's lock.
      await restore(kind === "foreign key" ? [client] : [client, second], definitions, progress);
      seconds[label] = progress.finish();
    }
    const progress = new Progress("analyze", tableNames.length, "tables", log);
    const left = [...tableNames].reverse().values();
    await Promise.all(
      [client, second].map(async (lane) => {
        for (const table of left) {
          await lane.query(`VACUUM (ANALYZE) public.${table}`);
          progress.advance(1);
        }
      }),
    );
    seconds.analyze = progress.finish();
    return seconds;
  });
}

/** Settings of this session only. A commit need not reach the disk at once: ledger and rows are lost together or not. */
async function prepareSession(client: Client): Promise<void> {
  await client.query("SET synchronous_commit = off");
  await client.query(
    `SELECT set_config('maintenance_work_mem', $1, false)
     WHERE pg_size_bytes(current_setting('maintenance_work_mem')) < pg_size_bytes($1)`,
    [MAINTENANCE_WORK_MEM],
  );
}
