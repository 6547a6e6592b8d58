import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { expect } from "chai";
import { turns } from "../../../phase2/experiment";
import { readDefinitions, readRemovals } from "../../../phase2/indexes/index-file";
import { parseQuery, readHotQueries } from "../../../phase2/queries/query-files";
import { ExpectedError } from "../../../common/errors";

const header = "-- name: Q7\n-- title: the newest user\n-- parameters: user\n";

describe("the hot queries", () => {
  it("are those of the schema's description, with their targets", () => {
    expect(
      readHotQueries().map(({ name, targetMs, parameters }) => [name, targetMs, parameters]),
    ).to.deep.equal([
      ["Q1", 50, "conversation"],
      ["Q1b", 50, "conversation"],
      ["Q2", 100, "message"],
      ["Q3", 75, "user"],
      ["Q4", 30, "member"],
      ["Q6", 20, "conversation"],
    ]);
  });

  it("are read from their header, of which only the target may be left out", () => {
    expect(parseQuery(`${header}SELECT 1;\n`, "q7.sql")).to.deep.equal({
      name: "Q7",
      title: "the newest user",
      parameters: "user",
      file: "q7.sql",
      sql: `${header}SELECT 1`,
    });
    expect(parseQuery(`-- target: 2.5 ms\n${header}SELECT 1`, "q7.sql")).to.include({ targetMs: 2.5 });
    expect(parseQuery(`${header}-- share: 12.5\nSELECT 1`, "q7.sql")).to.include({ share: 12.5 });
  });

  it("are refused by name of file and mistake when the header is wrong", () => {
    for (const [text, problem] of [
      ["SELECT 1", "its header lacks"],
      [header.replace("Q7", ""), "its header lacks"],
      [header.replace("Q7", "Q 7"), '"Q 7" is not a name'],
      [
        header.replace(/user\n$/, "room\n"),
        'its parameters are "room", but must be one of conversation, user',
      ],
      [`${header}-- share: many`, 'its share is "many", but must be a number like 40'],
      [`${header}-- target: soon`, 'its target is "soon", but must be like 50 ms'],
    ] as const) {
      expect(() => parseQuery(text, "q7.sql"), text).to.throw(
        ExpectedError,
        new RegExp(`^The query file q7.sql cannot be read: .*${problem}`),
      );
    }
  });
});

describe("the file of the indexes", () => {
  const file = resolve(__dirname, "../../../phase2/phase-2-indexes.sql");
  const text = readFileSync(file, "utf8");

  it("is read as psql reads it", () => {
    expect(readDefinitions()).to.deep.equal([
      {
        name: "messages_conversationId_createdAt_idx",
        table: "messages",
        line: 20,
        statement:
          'CREATE INDEX CONCURRENTLY IF NOT EXISTS "messages_conversationId_createdAt_idx" ON public.messages ("conversationId", "createdAt" DESC)',
      },
      {
        name: "conversation_users_userId_isActive_idx",
        table: "conversation_users",
        line: 23,
        statement:
          'CREATE INDEX CONCURRENTLY IF NOT EXISTS "conversation_users_userId_isActive_idx" ON public.conversation_users ("userId", "isActive") INCLUDE ("conversationId")',
      },
      {
        name: "conversations_updatedAt_idx",
        table: "conversations",
        line: 26,
        statement:
          'CREATE INDEX CONCURRENTLY IF NOT EXISTS "conversations_updatedAt_idx" ON public.conversations ("updatedAt" DESC)',
      },
    ]);
  });

  it("repairs each of the indexes that it builds", () => {
    const repaired = [...text.matchAll(/'(\w+_idx)'/g)].map(([, name]) => name);
    expect(repaired).to.have.members(readDefinitions().map(({ name }) => name));
  });

  it("may be written as psql takes it: indented, in lower case, with comments anywhere and a byte-order mark", () => {
    const written = [
      "\uFEFF/* all of /* phase 2 */ ; */ \\set a b",
      "  set statement_timeout = 0; create index Plain on messages (id);",
      `\tcreate index concurrently "Quoted""One" -- by room;`,
      `  on public."messages" using btree (lower(content), "createdAt" desc) where content <> ';--' ;`,
      "CREATE INDEX unended ON users (id)",
    ].join("\n");
    expect(readDefinitions(written)).to.deep.equal([
      {
        name: "plain",
        table: "messages",
        line: 2,
        statement: "CREATE INDEX CONCURRENTLY IF NOT EXISTS Plain ON messages (id)",
      },
      {
        name: 'Quoted"One',
        table: "messages",
        line: 3,
        statement: `CREATE INDEX CONCURRENTLY IF NOT EXISTS "Quoted""One" ON public."messages" using btree (lower(content), "createdAt" desc) where content <> ';--'`,
      },
      {
        name: "unended",
        table: "users",
        line: 5,
        statement: "CREATE INDEX CONCURRENTLY IF NOT EXISTS unended ON users (id)",
      },
    ]);
  });

  it("is refused by line where it does what is not measured", () => {
    const good = "create index a on messages (id);\n";
    for (const other of [
      "  drop index b cascade;",
      "drop index a, b;",
      "drop table users;",
      "alter index b rename to c;",
      "\tALTER TABLE messages SET (fillfactor = 50)",
      "reindex index b;",
      "create unique index b on messages (id)",
      "DO $$ BEGIN PERFORM 1; END $$;",
      "create index on messages (id);",
    ]) {
      expect(() => readDefinitions(good + other), other)
        .to.throw(ExpectedError, "2 statements, of which 1 are understood")
        .with.property("message")
        .that.includes(`line 2: ${other.trim().replace(/;$/, "")}`);
    }
  });

  it("may drop indexes, which are measured too", () => {
    const written = `drop index concurrently if exists public."Old""One";\nDROP INDEX Plain restrict;`;
    expect(readRemovals(written)).to.deep.equal([
      { name: 'Old"One', line: 1 },
      { name: "plain", line: 2 },
    ]);
    expect(readDefinitions(written)).to.deep.equal([]);
    expect(readRemovals()).to.deep.equal([]);
    expect(() => readRemovals("drop index a;\ncreate index a on users (id);")).to.throw(
      ExpectedError,
      "has index a twice: in line 1 and in line 2",
    );
  });

  it("is refused when a statement of it would be passed over", () => {
    const unique = text.replace("CREATE INDEX CONCURRENTLY", "CREATE UNIQUE INDEX CONCURRENTLY");
    expect(() => readDefinitions(unique)).to.throw(ExpectedError, "3 statements, of which 2 are understood");
    expect(() => readDefinitions("")).to.throw(ExpectedError, "0 statements");
  });
});

describe("the turns of an experiment", () => {
  const inOrder = turns(4).map(({ side, block }) => `${side} ${block}`);

  it("alternate so that each side comes first and last equally often: ABBA BAAB", () => {
    expect(inOrder).to.deep.equal([
      ...["without 0", "with 0", "with 1", "without 1"],
      ...["with 2", "without 2", "without 3", "with 3"],
    ]);
  });

  it("have every block of both sides once", () => {
    expect(new Set(turns(20).map(({ side, block }) => `${side} ${block}`)).size).to.equal(40);
  });
});
