import { expect } from "chai";
import { COPY_HEADER, RowBuffer } from "../../../generator/encoding/row-buffer";
import { makePlan, type Plan } from "../../../generator/plan/plan";
import { MessageSlice } from "../../../generator/plan/slice";
import { AttachmentRows, AttachmentWriter } from "../../../generator/rows/attachments";
import { ConversationRows } from "../../../generator/rows/conversations";
import { Stream } from "../../../generator/plan/random";
import { identities } from "../../../generator/rows/identities";
import { ID_WORDS, Ids, idText } from "../../../generator/rows/ids";
import { MemberRows } from "../../../generator/rows/members";
import { MessageRows, MessageWriter } from "../../../generator/rows/messages";
import { ReadRows, ReadWriter } from "../../../generator/rows/reads";
import type { RowSource } from "../../../generator/rows/source";
import { UserRows } from "../../../generator/rows/users";
import { tableNames, tables, type TableName } from "../../../generator/tables";
import { forPlans, small } from "./specs";

type Row = Record<string, Buffer | null>;

/** Reads COPY BINARY rows back, by the format's own description. */
function readRows(source: RowSource, columns: readonly string[]): Row[] {
  const rows: Row[] = [];
  const buffer = new RowBuffer();
  for (let more = true; more;) {
    buffer.length = 0;
    more = source.fill(buffer);
    for (let at = 0; at < buffer.length;) {
      expect(buffer.bytes.readInt16BE(at)).to.equal(columns.length);
      at += 2;
      const row: Row = {};
      for (const column of columns) {
        const length = buffer.bytes.readInt32BE(at);
        at += 4;
        row[column] = length < 0 ? null : Buffer.from(buffer.bytes.subarray(at, at + Math.max(0, length)));
        at += Math.max(0, length);
      }
      rows.push(row);
    }
  }
  return rows;
}

function datasetOf(plan: Plan): Record<TableName, Row[]> {
  const ids = identities(plan);
  const slice = new MessageSlice(plan);
  slice.read(-Infinity, Infinity);
  const sources: Record<TableName, RowSource> = {
    users: new UserRows(plan, ids),
    conversations: new ConversationRows(plan, ids),
    conversation_users: new MemberRows(plan, ids),
    messages: new MessageRows(new MessageWriter(plan, ids), slice),
    attachments: new AttachmentRows(new AttachmentWriter(plan, ids), slice),
    message_reads: new ReadRows(new ReadWriter(plan, ids), slice),
  };
  const rows = {} as Record<TableName, Row[]>;
  for (const table of tableNames) {
    rows[table] = readRows(sources[table], tables[table]);
    expect(rows[table]).to.have.length(sources[table].written);
  }
  return rows;
}

const text = (value: Buffer | null | undefined): string => value!.toString("utf8");
/** Unix milliseconds of a timestamp. */
const time = (value: Buffer | null | undefined): number =>
  Number(value!.readBigInt64BE() / 1000n) + Date.UTC(2000, 0, 1);

describe("rows", () => {
  it("have ids like cuids, unique in their table and rising with creation, and times in order", () => {
    forPlans((plan) => {
      for (const rows of Object.values(datasetOf(plan))) {
        const ids = rows.map(({ id }) => text(id));
        expect(new Set(ids)).to.have.length(rows.length);
        const byId = rows.toSorted((a, b) => (text(a.id) < text(b.id) ? -1 : 1));
        byId.forEach((row, i) => {
          expect(text(row.id)).to.match(/^c[0-9a-z]{24}$/);
          const [created, updated] = [time(row.createdAt), time(row.updatedAt)];
          if (created > updated) expect.fail(`created ${created} after updated ${updated}`);
          if (i > 0 && created < time(byId[i - 1]!.createdAt)) expect.fail("id order is not time order");
        });
      }
    }, 20);
  });

  it("have ids that differ in more than the random part, for rows of one instant", () => {
    const ids = new Ids((name) => new Stream("seed", name), "messages");
    const words = new Uint32Array(ID_WORDS);
    const numbers = new Set<string>();
    for (let n = 0; n < 100_000; n++) {
      ids.write(words, 0, Date.UTC(2025, 0, 1), n);
      numbers.add(idText(words).slice(9, 17));
    }
    expect(numbers).to.have.length(100_000);
  });

  it("point at rows that exist, and are of an age with them", () => {
    forPlans((plan) => {
      const dataset = datasetOf(plan);
      const created = (table: TableName): Map<string, number> =>
        new Map(dataset[table].map((row) => [text(row.id), time(row.createdAt)]));
      const parents = {
        userId: created("users"),
        senderId: created("users"),
        uploaderId: created("users"),
        creatorId: created("users"),
        conversationId: created("conversations"),
        messageId: created("messages"),
        replyToId: created("messages"),
      };
      for (const table of tableNames)
        for (const row of dataset[table])
          for (const [column, parent] of Object.entries(parents)) {
            if (row[column] === undefined || row[column] === null) continue;
            expect(parent.get(text(row[column])), `${table}.${column}`).to.be.at.most(time(row.createdAt));
          }
      const messages = parents.messageId;
      for (const row of dataset.conversations) {
        expect(messages.get(text(row.lastMessageId))).to.equal(time(row.lastMessageAt));
      }
      for (const row of dataset.conversation_users) {
        if (row.lastReadMessageId === null) continue;
        expect(messages.get(text(row.lastReadMessageId))).to.be.at.most(time(row.lastReadAt));
      }
    }, 20);
  });

  describe("of a small dataset", () => {
    const plan = makePlan(small);
    const { users, conversations, messages, attachments } = datasetOf(plan);
    const shareOf = (type: string): number =>
      messages.filter((row) => text(row.type) === type).length / messages.length;

    it("have the types in their shares", () => {
      for (const [type, share] of [
        ["TEXT", 0.85],
        ["IMAGE", 0.1],
        ["FILE", 0.03],
        ["AUDIO", 0.01],
        ["VIDEO", 0.01],
      ] as const)
        expect(shareOf(type), type).to.be.closeTo(share, 0.01);
    });

    it("have texts of log-normal length, 1 to 5000 characters", () => {
      const logs = messages
        .filter((row) => text(row.type) === "TEXT")
        .map((row) => {
          expect(text(row.content)).to.match(/^[A-Z][a-z .?A-Z]{0,4999}$/);
          return Math.log(row.content!.length);
        });
      const mean = logs.reduce((sum, x) => sum + x, 0) / logs.length;
      const deviation = Math.sqrt(logs.reduce((sum, x) => sum + (x - mean) ** 2, 0) / logs.length);
      expect(mean).to.be.closeTo(4.5, 0.05);
      expect(deviation).to.be.closeTo(1.2, 0.05);
    });

    it("are edited or deleted seldom, and say when", () => {
      const edited = messages.filter((row) => row.isEdited![0] === 1);
      const deleted = messages.filter((row) => row.isDeleted![0] === 1);
      expect(edited.length / messages.length).to.be.closeTo(0.03, 0.01);
      expect(deleted.length / messages.length).to.be.closeTo(0.01, 0.005);
      for (const row of messages) {
        expect(row.editedAt !== null).to.equal(row.isEdited![0] === 1);
        expect(row.deletedAt !== null).to.equal(row.isDeleted![0] === 1);
        expect(text(row.status) === "DELETED").to.equal(row.isDeleted![0] === 1);
      }
    });

    it("have attachments for every message that is not a text, one for 80 % of them, of the matching type", () => {
      const matching: Record<string, string> = {
        IMAGE: "IMAGE",
        FILE: "DOCUMENT",
        AUDIO: "AUDIO",
        VIDEO: "VIDEO",
      };
      const types = new Map(messages.map((row) => [text(row.id), text(row.type)]));
      const perMessage = new Map<string, number>();
      for (const row of attachments) {
        const message = text(row.messageId);
        expect(text(row.type)).to.equal(matching[types.get(message)!]);
        perMessage.set(message, (perMessage.get(message) ?? 0) + 1);
      }
      expect(perMessage.size).to.equal(messages.filter((row) => text(row.type) !== "TEXT").length);
      const single = [...perMessage.values()].filter((count) => count === 1).length;
      expect(single / perMessage.size).to.be.closeTo(0.8, 0.04);
    });

    it("name no real person or address", () => {
      for (const row of users) {
        expect(text(row.username)).to.match(/^syn_/);
        expect(text(row.email)).to.match(/^syn_[a-z0-9_]+@example\.com$/);
      }
      expect(new Set(users.map((row) => text(row.email)))).to.have.length(users.length);
      for (const row of messages) if (row.content) expect(text(row.content)).to.not.include("@");
    });

    it("name groups and leave direct messages without a name", () => {
      for (const row of conversations) {
        expect(row.name === null).to.equal(text(row.type) === "DIRECT_MESSAGE");
      }
    });
  });
});

describe("the row buffer", () => {
  it("writes fields as COPY BINARY describes them", () => {
    const buffer = new RowBuffer();
    buffer.row(6);
    buffer.null();
    buffer.bool(true);
    buffer.int(-2);
    buffer.timestamp(Date.UTC(1999, 11, 31, 23, 59, 59, 999));
    buffer.timestamp(NaN);
    buffer.text("é");
    expect(buffer.bytes.subarray(0, buffer.length).toString("hex")).to.equal(
      [
        "0006",
        "ffffffff",
        "0000000101",
        "00000004fffffffe",
        "00000008fffffffffffffc18",
        "ffffffff",
        "00000002c3a9",
      ].join(""),
    );
    expect(COPY_HEADER.toString("hex")).to.equal("5047434f50590aff0d0a000000000000000000");
  });
});
