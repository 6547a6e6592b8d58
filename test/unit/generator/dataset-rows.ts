import { expect } from "chai";
import { RowBuffer } from "../../../generator/encoding/row-buffer";
import type { Plan } from "../../../generator/plan/plan";
import { MessageShard } from "../../../generator/plan/message-shard";
import { AttachmentWriter } from "../../../generator/rows/attachments";
import { ConversationRows } from "../../../generator/rows/conversations";
import { identities } from "../../../generator/rows/identities";
import { MemberRows } from "../../../generator/rows/members";
import { MessageWriter } from "../../../generator/rows/messages";
import { ReadWriter } from "../../../generator/rows/reads";
import { ShardRows } from "../../../generator/rows/shard-rows";
import type { RowSource } from "../../../generator/rows/source";
import { UserRows } from "../../../generator/rows/users";
import { tableNames, tables, type TableName } from "../../../generator/tables";

/** The bytes of a row's fields. */
export type Row = Record<string, Buffer | null>;

type Dataset = Record<TableName, Row[]>;

/** The datasets that were made before. The tests of properties all draw the same ones. */
const made = new Map<string, Dataset>();

/** All rows of a dataset, as they are sent. */
export function datasetOf(plan: Plan): Dataset {
  const key = JSON.stringify(plan.spec);
  const dataset = made.get(key) ?? makeDataset(plan);
  made.set(key, dataset);
  return dataset;
}

function makeDataset(plan: Plan): Dataset {
  const ids = identities(plan);
  const slice = new MessageShard(plan);
  slice.read(-Infinity, Infinity);
  const sources: Record<TableName, RowSource> = {
    users: new UserRows(plan, ids),
    conversations: new ConversationRows(plan, ids),
    conversation_users: new MemberRows(plan, ids),
    messages: new ShardRows(new MessageWriter(plan, ids), slice),
    attachments: new ShardRows(new AttachmentWriter(plan, ids), slice),
    message_reads: new ShardRows(new ReadWriter(plan, ids), slice),
  };
  const rows = {} as Dataset;
  for (const table of tableNames) {
    rows[table] = readRows(sources[table], tables[table]);
    expect(rows[table]).to.have.length(sources[table].written);
  }
  return rows;
}

/** Parses rows in COPY BINARY format, as PostgreSQL's documentation describes it. */
function readRows(source: RowSource, columns: readonly string[]): Row[] {
  const rows: Row[] = [];
  const buffer = new RowBuffer();
  for (let more = true; more;) {
    buffer.length = 0;
    more = source.fill(buffer);
    const bytes = Buffer.from(buffer.bytes.subarray(0, buffer.length));
    for (let at = 0; at < bytes.length;) {
      expect(bytes.readInt16BE(at)).to.equal(columns.length);
      at += 2;
      const row: Row = {};
      for (const column of columns) {
        const length = bytes.readInt32BE(at);
        at += 4;
        row[column] = length < 0 ? null : bytes.subarray(at, at + length);
        at += Math.max(0, length);
      }
      rows.push(row);
    }
  }
  return rows;
}

export const text = (value: Buffer | null | undefined): string => value!.toString("latin1");

/** The Unix time of a timestamp, in milliseconds. */
export const time = (value: Buffer | null | undefined): number =>
  Number(value!.readBigInt64BE() / 1000n) + Date.UTC(2000, 0, 1);
