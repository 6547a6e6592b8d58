import { expect } from "chai";
import type { Catalogue, ColumnInfo, TableInfo } from "../../../generator/schema/catalogue";
import { describeMismatch } from "../../../generator/schema/mismatch";
import { mismatches } from "../../../generator/schema/mismatches";
import { writtenColumn, type WrittenColumn } from "../../../generator/schema/written-columns";
import { tableNames, tables, type TableName } from "../../../generator/tables";
import { columnInfo, tableInfo } from "../../support/catalogue";

const window = { start: Date.UTC(2025, 5, 15), end: Date.UTC(2025, 9, 1) };

const types: Record<WrittenColumn["type"], string> = {
  id: "text",
  text: "text",
  enum: "kind",
  boolean: "bool",
  integer: "int4",
  timestamp: "timestamp",
  json: "jsonb",
};

/** The chat schema, where enums have the labels that the load writes. */
function plain(): Record<TableName, TableInfo> {
  const table = (name: TableName): TableInfo =>
    tableInfo(
      tables[name].map((each) => {
        const { type, labels, nulls } = writtenColumn(name, each)!;
        return columnInfo(each, {
          type: types[type],
          labels: type === "enum" ? [...labels] : null,
          notNull: nulls === "none",
        });
      }),
    );
  return Object.fromEntries(tableNames.map((name) => [name, table(name)])) as Record<TableName, TableInfo>;
}

/** What is said of the chat schema after a change. */
function said(change: (catalogue: ReturnType<typeof plain>) => void): string[] {
  const catalogue = plain();
  change(catalogue);
  return mismatches(catalogue, window).map(describeMismatch);
}

/** What is said of `messages` with a changed or an additional column. */
const saidOf = (name: string, changes: Partial<ColumnInfo>): string[] =>
  said(({ messages }) => {
    const found = messages.columns.find((each) => each.name === name);
    if (found) Object.assign(found, { described: changes.type ?? found.described }, changes);
    else messages.columns.push(columnInfo(name, changes));
  });

describe("what does not fit the dataset", () => {
  it("is nothing in the chat schema", () => {
    expect(said(() => undefined)).to.deep.equal([]);
  });

  const harmless: Record<string, [name: string, changes: Partial<ColumnInfo>]> = {
    "an additional column that may be NULL": ["note", {}],
    "an additional column with a default": ["note", { notNull: true, hasDefault: true }],
    "an identity column": ["place", { type: "int8", notNull: true, identity: true }],
    "a generated column": ["words", { type: "tsvector", notNull: true, generated: true }],
    "a longer varchar": ["content", { type: "varchar", length: 5000 }],
    "a time with time zone": ["createdAt", { type: "timestamptz" }],
    "ids of a fixed length": ["id", { type: "bpchar", length: 25 }],
    "an enum with more labels": ["status", { labels: ["SENT", "DELIVERED", "READ", "DELETED", "LOST"] }],
    "texts in the place of an enum": ["type", { type: "varchar", length: 20, labels: null }],
    "any type where all rows have NULL": ["threadId", { type: "uuid" }],
    "json in the place of jsonb": ["metadata", { type: "json" }],
    "texts without regard to case": ["content", { type: "citext" }],
  };
  for (const [what, [name, changes]] of Object.entries(harmless)) {
    it(`is not ${what}`, () => {
      expect(saidOf(name, changes)).to.deep.equal([]);
    });
  }

  const harmful: Record<string, [name: string, changes: Partial<ColumnInfo>, said: string]> = {
    "a text that is too short": [
      "content",
      { type: "varchar", length: 4999, described: "character varying(4999)" },
      "messages.content has the type character varying(4999), but the dataset has texts of up to 5,000 characters",
    ],
    "a text that is padded": [
      "content",
      { type: "bpchar", length: 6000 },
      "messages.content has the type bpchar",
    ],
    "an id of another type": ["senderId", { type: "int4" }, "messages.senderId has the type int4"],
    "an array": ["content", { type: "_text", array: true }, "messages.content has the type _text"],
    "a missing label": [
      "status",
      { labels: ["SENT", "DELIVERED", "read", "DELETED"], described: '"MessageStatus"' },
      `lacks the label READ. Run \`ALTER TYPE "MessageStatus" RENAME VALUE 'read' TO 'READ'\``,
    ],
    "NOT NULL where some rows have NULL": [
      "content",
      { notNull: true },
      'Run `ALTER TABLE messages ALTER "content" DROP NOT NULL`',
    ],
    "a generated column that the load writes": ["updatedAt", { generated: true }, "is a generated column"],
  };
  for (const [what, [name, changes, sentence]] of Object.entries(harmful)) {
    it(`is ${what}`, () => {
      const all = saidOf(name, changes);
      expect(all).to.have.length(1);
      expect(all[0]).to.include(sentence);
    });
  }

  it("is a renamed column, with its probable new name", () => {
    const all = said(({ messages }) => {
      messages.columns.find(({ name }) => name === "senderId")!.name = "sender_id";
    });
    expect(all[0]).to.equal(
      'messages.senderId does not exist; messages.sender_id may be its new name. Rename it back, or add the column "senderId".',
    );
  });

  const keys: Record<string, [change: (messages: TableInfo) => void, mismatches: number]> = {
    "columns that repeat": [
      ({ uniques }) => uniques.push({ name: "k", columns: ["senderId", "createdAt"], partial: false }),
      1,
    ],
    "columns with the id": [
      ({ uniques }) => uniques.push({ name: "k", columns: ["conversationId", "id"], partial: false }),
      0,
    ],
    "an expression": [({ uniques }) => uniques.push({ name: "k", columns: [null], partial: false }), 0],
    "a part of the rows": [({ uniques }) => uniques.push({ name: "k", columns: ["type"], partial: true }), 0],
    "a foreign key to its table": [
      ({ foreignKeys }) =>
        foreignKeys.push({ name: "k", columns: ["senderId"], target: "users", targetColumns: ["id"] }),
      0,
    ],
    "a foreign key to another table": [
      ({ foreignKeys }) =>
        foreignKeys.push({ name: "k", columns: ["senderId"], target: "auth.users", targetColumns: ["id"] }),
      1,
    ],
    "a foreign key within the conversation": [
      ({ foreignKeys }) =>
        foreignKeys.push({
          name: "k",
          columns: ["conversationId", "replyToId"],
          target: "messages",
          targetColumns: ["conversationId", "id"],
        }),
      0,
    ],
    "a foreign key of a column that is always NULL": [
      ({ foreignKeys }) =>
        foreignKeys.push({ name: "k", columns: ["threadId"], target: "threads", targetColumns: ["id"] }),
      0,
    ],
  };
  for (const [what, [change, count]] of Object.entries(keys)) {
    it(`${count === 0 ? "is not" : "is"} a key of ${what}`, () => {
      const all = said(({ messages }) => {
        change(messages);
      });
      expect(all).to.have.length(count);
    });
  }

  it("is a missing table alone, without the keys that referred to it", () => {
    const catalogue: Catalogue = plain();
    delete catalogue.users;
    catalogue.messages!.foreignKeys.push({
      name: "k",
      columns: ["senderId"],
      target: "people",
      targetColumns: ["id"],
    });
    expect(mismatches(catalogue, window).map(({ where }) => where)).to.deep.equal(["users"]);
  });
});
