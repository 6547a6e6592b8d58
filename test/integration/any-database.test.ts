import { expect } from "chai";
import { withClient } from "../../postgres/connection";
import type { CheckKey, CheckResult, QualityReport } from "../../validation/report";
import { defaultThresholds } from "../../validation/thresholds";
import { validateDataset } from "../../validation/validate";
import { execute, withCopy } from "../support/database-copies";
import { setUp } from "../support/fixture";
import { type IdKind, idKinds, otherChatSql } from "../support/other-chat";
import { rejection } from "../support/rejection";
import { startTestServer, type TestDatabase, type TestServer } from "../support/server";
import { runValidate } from "../support/validate-run";

/** Makes every scan of the messages take longer than any time limit here: each row waits. */
const slowMessages = `
  ALTER TABLE messages RENAME TO post;
  CREATE VIEW messages AS SELECT post.* FROM post, LATERAL (SELECT pg_sleep(0.01 + id * 0)) AS slow;
  GRANT SELECT ON messages TO PUBLIC;`;

/** Sets a server option for the session. */
function option(setting: string): (url: URL) => void {
  return (url) => {
    url.searchParams.set("options", `-c ${setting}`);
  };
}

/** How `npm run validate` ends, by the database and the URL. */
const endings: {
  code: number;
  name: string;
  sql?: string;
  /** What the URL is changed to. */
  url?: (url: URL) => void;
  /** Something that must be on the console or among the errors. */
  says: RegExp;
}[] = [
  { code: 0, name: "that passes", sql: otherChatSql(), says: /Tests passed: 8\/8/ },
  {
    code: 0,
    name: "that ends idle transactions at once",
    sql: otherChatSql(),
    url: option("idle_in_transaction_session_timeout=1"),
    says: /Tests passed: 8\/8/,
  },
  {
    code: 1,
    name: "with an orphan",
    sql: `${otherChatSql()} UPDATE messages SET "senderId" = -1 WHERE id = 100`,
    says: /1 orphaned records \(FAIL\)[^]*NOT APPROVED/,
  },
  {
    code: 2,
    name: "with 3,000 conversations of one message each",
    sql: `${otherChatSql()} TRUNCATE messages, conversations;
      INSERT INTO conversations SELECT n, n % 2, 1, '2025-01-01' FROM generate_series(1, 3000) n;
      INSERT INTO messages SELECT n, n, 1, n % 2, 'hi', timestamptz '2025-02-01Z' + n * interval '1 minute' * (n % 50) FROM generate_series(1, 3000) n;
      UPDATE messages SET "createdAt" = '2025-02-01Z'::timestamptz + id * interval '1 second';`,
    says: /p99=1, max=1[^]*no alpha gives enough with 1\.0 messages in each/,
  },
  {
    code: 2,
    name: "without conversations",
    sql: `${otherChatSql()} TRUNCATE messages, conversations`,
    says: /Top 1%: 0 convos[^]*Peak hours: none[^]*NOT APPROVED/,
  },
  {
    code: 2,
    name: "without messages",
    sql: `${otherChatSql()} TRUNCATE messages`,
    says: /generate messages/,
  },
  {
    code: 2,
    name: "with one conversation",
    sql: `${otherChatSql()} DELETE FROM conversations WHERE id > 1; UPDATE messages SET "conversationId" = 1`,
    says: /Top 1%: 1 convos with 100\.0% of messages/,
  },
  {
    code: 2,
    name: "with one message",
    sql: `${otherChatSql()} TRUNCATE messages; INSERT INTO messages VALUES (1, 1, 1, 'plain', 'hi', '2025-02-01')`,
    says: /Diurnal variation: 1\.00x/,
  },
  {
    code: 0,
    name: "whose messages are all of the same instant",
    sql: `${otherChatSql()} UPDATE messages SET "createdAt" = '2025-02-01 09:30Z'`,
    says: /Peak hours: 9\n/,
  },
  { code: 3, name: "that is empty", says: /not a database with the chat schema: relation "messages"/ },
  {
    code: 3,
    name: "without a table of messages",
    sql: `${otherChatSql()} DROP TABLE messages`,
    says: /not a database with the chat schema: relation "messages" does not exist/,
  },
  {
    code: 3,
    name: "whose columns have other names",
    sql: `${otherChatSql()} ALTER TABLE messages RENAME "conversationId" TO conversation_id`,
    says: /not a database with the chat schema: column "conversationId" does not exist/,
  },
  {
    code: 3,
    name: "that the role may not read",
    sql: `${otherChatSql()} REVOKE SELECT ON messages FROM PUBLIC, {app}`,
    says: /may not read the dataset: permission denied for table messages/,
  },
  {
    code: 3,
    name: "in a schema that the role may not use",
    sql: `${otherChatSql()} CREATE SCHEMA hidden; ALTER TABLE messages SET SCHEMA hidden`,
    url: option("search_path=hidden,public"),
    says: /relation "messages" does not exist/,
  },
  {
    code: 3,
    name: "with a time limit on statements that is too short",
    sql: otherChatSql() + slowMessages,
    url: option("statement_timeout=100"),
    says: /stopped by the server: canceling statement due to statement timeout.*\n.*Raise/,
  },
  {
    code: 3,
    name: "with a time limit on transactions that is too short",
    sql: otherChatSql() + slowMessages,
    url: option("transaction_timeout=100"),
    says: /stopped by the server: terminating connection due to transaction timeout/,
  },
  {
    code: 3,
    name: "whose URL asks for a setting that there is not",
    url: option("no_such_setting=1"),
    says: /Cannot connect .*no_such_setting/,
  },
  {
    code: 3,
    name: "of a server that refuses the connection",
    url: (url) => (url.port = "1"),
    says: /Cannot connect to PostgreSQL at .*:1, .*ECONNREFUSED/,
  },
  {
    code: 3,
    name: "with a wrong password",
    url: (url) => (url.password = "guessed"),
    says: /Cannot connect to .*password authentication failed/,
  },
  {
    code: 3,
    name: "that does not exist",
    url: (url) => (url.pathname = "/nowhere"),
    says: /Cannot connect to .*"nowhere" does not exist/,
  },
];

describe("a chat database that others made", () => {
  let server: TestServer;
  let bare: TestDatabase;
  let minimal: TestDatabase;

  setUp(async (undo) => {
    server = await startTestServer();
    bare = await server.createDatabase({ migrated: false });
    undo(() => bare.drop());
    minimal = await server.createDatabase({ migrated: false });
    undo(() => minimal.drop());
    await execute(minimal.ownerUrl, otherChatSql());
  });

  /** Validates a new database with these tables and rows. */
  function reportOn(...sql: string[]): Promise<QualityReport> {
    return withCopy(bare, async ({ ownerUrl, appUrl }) => {
      for (const each of sql) await execute(ownerUrl, each);
      return validate(appUrl);
    });
  }

  it("passes without the tables and columns that a chat can do without, and the results name them", async () => {
    const report = await validate(minimal.appUrl);
    expect(failures(report)).to.deep.equal({});
    expect(report.dataset_summary).to.include({ users: 20, conversations: 100, attachments: 0 });
    expect(check(report, "referential_integrity").measured).to.equal(
      "0 orphaned records (not in this database: messages.replyToId, conversation_users, attachments, message_reads)",
    );
    expect(check(report, "data_completeness").measured).to.equal(
      "0 null FKs (not in this database: conversation_users, attachments, message_reads)",
    );
  });

  it("has types of its own", async () => {
    const { conversations, messages } = (await validate(minimal.appUrl)).type_distributions;
    expect(conversations.map(({ type }) => type)).to.deep.equal(["private", "channel"]);
    expect(messages.map(({ type }) => type)).to.deep.equal(["plain", "photo"]);
  });

  describe("whose ids say when a message was made", () => {
    for (const name of ["integer", "bigint", "UUID version 7"] as const) {
      it(`(${name}) passes, and fails with a swapped pair`, async () => {
        expect(failures(await reportOn(otherChatSql(idKinds[name])))).to.deep.equal({});
        const swapped = await reportOn(otherChatSql(idKinds[name]), swap(idKinds[name]));
        expect(failures(swapped)).to.deep.equal({ timestamp_ordering: "1 out-of-order" });
      });
    }
  });

  describe("whose ids are made at random", () => {
    for (const name of ["UUID version 4", "UUID version 4 as text", "cuid2", "nanoid"] as const) {
      it(`(${name}) has its messages compared with their conversations, and the result says so`, async () => {
        const note = "(ids are random: compared with their conversations only)";
        const report = await reportOn(otherChatSql(idKinds[name]));
        expect(failures(report)).to.deep.equal({});
        expect(check(report, "timestamp_ordering").measured).to.equal(`0 out-of-order ${note}`);
        const early = await reportOn(
          otherChatSql(idKinds[name]),
          `UPDATE messages SET "createdAt" = '2024-01-01' WHERE id = (SELECT id FROM messages LIMIT 1)`,
        );
        expect(failures(early)).to.deep.equal({ timestamp_ordering: `1 out-of-order ${note}` });
      });
    }
  });

  it("may lie in another schema, on the database's search path", async () => {
    const report = await reportOn(
      `${otherChatSql()} CREATE SCHEMA "Chat ""Data"; GRANT USAGE ON SCHEMA "Chat ""Data" TO PUBLIC;
       ALTER TABLE users SET SCHEMA "Chat ""Data"; ALTER TABLE conversations SET SCHEMA "Chat ""Data"; ALTER TABLE messages SET SCHEMA "Chat ""Data";
       DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET search_path = "Chat ""Data"', current_database()); END $$`,
    );
    expect(failures(report)).to.deep.equal({});
  });

  it("may have its messages in partitions", async () => {
    const report = await reportOn(otherChatSql(idKinds.integer, true));
    expect(failures(report)).to.deep.equal({});
    const orphaned = await reportOn(
      otherChatSql(idKinds.integer, true),
      `UPDATE messages SET "senderId" = -1 WHERE id = 100; UPDATE messages SET content = 'jane@company.test' WHERE id = 3000`,
    );
    expect(failures(orphaned)).to.have.all.keys("referential_integrity", "pii_safety");
  });

  it("may have views in place of tables", async () => {
    const report = await reportOn(
      `${otherChatSql()} ALTER TABLE messages RENAME TO post; ALTER TABLE post RENAME content TO body;
       CREATE VIEW messages AS SELECT *, body AS content FROM post; GRANT SELECT ON messages TO PUBLIC;`,
    );
    expect(failures(report)).to.deep.equal({});
  });

  it("has its hours counted in UTC, whatever the time zone of its sessions", async () => {
    const report = await reportOn(
      `${otherChatSql()}
       DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET timezone = ''Asia/Kolkata''', current_database()); END $$`,
    );
    expect(report.temporal_analysis.peak_hours).to.deep.equal([1, 5, 9, 10, 13, 18]);
  });

  it("may have NULL wherever its columns allow it", async () => {
    const report = await reportOn(
      otherChatSql(),
      `UPDATE users SET email = NULL WHERE id % 2 = 0;
       UPDATE conversations SET "createdAt" = NULL, type = NULL WHERE id % 5 = 0;
       UPDATE messages SET content = NULL, type = NULL WHERE id % 7 = 0; UPDATE messages SET "createdAt" = NULL WHERE id % 11 = 0;`,
    );
    expect(failures(report)).to.deep.equal({});
    const { messages } = report.type_distributions;
    expect(messages.map(({ type }) => type)).to.deep.equal(["plain", "photo"]);
  });

  it("may know no letters beyond ASCII: addresses with some are found all the same", async () => {
    const name = `${bare.name}_ascii`;
    await execute(
      server.adminUrl,
      `CREATE DATABASE ${name} TEMPLATE template0 LOCALE_PROVIDER libc LOCALE 'C' ENCODING 'UTF8'`,
    );
    try {
      const url = server.adminUrl.replace(/[^/]*$/, name);
      await execute(url, otherChatSql());
      await execute(
        url,
        `UPDATE messages SET content = 'jörg@bücher.test' WHERE id = 7;
         UPDATE messages SET content = 'an émilé@company.test' WHERE id = 8;
         UPDATE messages SET content = '„syn_a@x.invalid“' WHERE id = 9;`,
      );
      expect(failures(await validate(url))).to.deep.equal({ pii_safety: "2 real emails" });
    } finally {
      await execute(server.adminUrl, `DROP DATABASE ${name} WITH (FORCE)`);
    }
  });

  it("is not changed in any way, even where the role could", async () => {
    const before = await contents(minimal.ownerUrl);
    await validate(minimal.ownerUrl);
    expect(await contents(minimal.ownerUrl)).to.deep.equal(before);
  });

  it("whose policies hide rows from the role is not judged by the others", async () => {
    const error = await rejection(
      reportOn(`${otherChatSql()} ALTER TABLE messages ENABLE ROW LEVEL SECURITY;
        CREATE POLICY few ON messages USING (id < 100);`),
    );
    expect(error).to.match(/may not read the dataset: .*row-level security.*"messages"[\s\S]*BYPASSRLS/);
  });

  it("with a time column of another kind is told so", async () => {
    const error = await rejection(
      reportOn(
        `${otherChatSql()} ALTER TABLE messages ALTER "createdAt" TYPE bigint USING extract(epoch FROM "createdAt");`,
      ),
    );
    expect(error).to.match(/not a database with the chat schema: .*bigint/);
  });

  describe("ends `npm run validate`", () => {
    for (const { code, name, sql, url: change, says } of endings) {
      it(`with ${code}, ${name}`, () =>
        withCopy(bare, async ({ ownerUrl, appUrl }) => {
          if (sql !== undefined) await execute(ownerUrl, sql.replace("{app}", bare.appRole));
          const url = new URL(appUrl);
          change?.(url);
          const ending = await runValidate(url.href);
          expect(ending.code, ending.errors).to.equal(code);
          // What is wrong, then what to do.
          expect(ending.errors).to.match(code === 3 ? /^\S.*\.\n {2}\S.*\.\n$/ : /^$/);
          expect(code === 3 ? ending.errors : ending.output).to.match(says);
          expect(ending.output + ending.errors).not.to.contain(new URL(appUrl).password);
        }));
    }

    it("with 0, where the role may have one connection only", async () => {
      await execute(server.adminUrl, `ALTER ROLE ${minimal.appRole} CONNECTION LIMIT 1`);
      const { code, output, errors } = await runValidate(minimal.appUrl);
      expect(code, errors).to.equal(0);
      expect(output).to.contain("Tests passed: 8/8");
    });
  });
});

/** Gives two neighbouring messages of different times each other's time. */
function swap({ nth }: IdKind): string {
  const [a, b] = [15, 16].map((n) => `(SELECT ${nth} FROM (SELECT ${n}::bigint AS n) AS number)`);
  return `UPDATE messages SET "createdAt" = other."createdAt" FROM messages AS other
    WHERE (messages.id, other.id) IN ((${a}, ${b}), (${b}, ${a}))`;
}

function validate(databaseUrl: string): Promise<QualityReport> {
  return validateDataset(databaseUrl, { thresholds: defaultThresholds, log: () => undefined });
}

function check({ checks }: QualityReport, key: CheckKey): CheckResult {
  return checks.find((each) => each.key === key)!;
}

/** The checks that did not pass, each with its figures. */
function failures({ checks }: QualityReport): Record<string, string> {
  return Object.fromEntries(
    checks.filter(({ verdict }) => verdict !== "PASS").map(({ key, measured }) => [key, measured]),
  );
}

/** All relations of a database, and the rows of its tables. */
function contents(url: string): Promise<unknown> {
  return withClient(url, async (client) => {
    const relations = await client.query("SELECT oid, relname, relnatts FROM pg_class ORDER BY oid");
    const rows = await client.query(
      ["users", "conversations", "messages"]
        .map((table) => `SELECT md5(string_agg(t::text, ',' ORDER BY id)) FROM ${table} t`)
        .join(" UNION ALL "),
    );
    return [relations.rows, rows.rows];
  });
}
