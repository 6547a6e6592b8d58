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
import { endings } from "../support/validate-endings";
import { runValidate } from "../support/validate-run";

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

  it("has its own types", async () => {
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
          // The first line says what is wrong, and the second what to do.
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

/** Swaps the times of two neighbouring messages. */
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

/** The checks that did not pass, with their figures. */
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
