import { otherChatSql } from "./other-chat";

/** Makes every scan of the messages exceed every time limit here, because each row waits. */
const slowMessages = `
  ALTER TABLE messages RENAME TO post;
  CREATE VIEW messages AS SELECT post.* FROM post, LATERAL (SELECT pg_sleep(0.01 + id * 0)) AS slow;
  GRANT SELECT ON messages TO PUBLIC;`;

/** Adds a setting for the session to the URL. */
function option(setting: string): (url: URL) => void {
  return (url) => {
    url.searchParams.set("options", `-c ${setting}`);
  };
}

/** The expected results of `npm run validate`, by database and URL. */
export const endings: {
  code: number;
  name: string;
  sql?: string;
  /** Changes the URL. */
  url?: (url: URL) => void;
  /** Matches the console output or the errors. */
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
    says: /p99=1, max=1[^]*generate\s+fewer\s+conversations,\s+because\s+each\s+has\s+only\s+1\.0\s+messages:\s+`pulumi/,
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
