const privacy = ["email_domains", "phone_numbers", "card_numbers", "ibans"];
const shape = ["power_law_fit", "inequality", "week_profile", "text_lengths"];
const conversations = ["sender_membership", "replies", "last_message", "last_read"];
/** Findings that are unknown of every database that is not ours. */
export const foreign = ["recovered_alpha", "fingerprint"];

/** Databases that chat-perf has not made. `sql` turns the valid dataset into one of them, `unknown` lists what no report can tell about it. */
export const otherDatabases: { name: string; sql: string; unknown: string[] }[] = [
  { name: "no attachments and no reads", sql: "DROP TABLE attachments, message_reads;", unknown: [] },
  {
    name: "no members",
    sql: "DROP TABLE conversation_users;",
    unknown: ["sender_membership", "last_read"],
  },
  { name: "no replies", sql: `ALTER TABLE messages DROP COLUMN "replyToId";`, unknown: ["replies"] },
  { name: "no bio", sql: "ALTER TABLE users DROP COLUMN bio, DROP COLUMN email;", unknown: [] },
  {
    name: "texts as documents",
    sql: "ALTER TABLE messages ALTER content TYPE jsonb USING NULL;",
    unknown: ["text_lengths"],
  },
  {
    name: "times as text",
    sql: `ALTER TABLE messages ALTER "createdAt" DROP DEFAULT, ALTER "createdAt" TYPE text;`,
    unknown: ["week_profile", ...conversations, "physical_order"],
  },
  {
    name: "no right to read messages",
    sql: `REVOKE SELECT ON messages FROM {app};`,
    unknown: [...shape, ...conversations, "physical_order"],
  },
  {
    name: "no rows",
    sql: "TRUNCATE users CASCADE; DELETE FROM pg_statistic WHERE starelid = 'messages'::regclass;",
    unknown: [...shape, "replies", "last_message", "last_read", "physical_order"],
  },
  {
    name: "no tables of ours",
    sql: "DROP SCHEMA public CASCADE; CREATE SCHEMA public;",
    unknown: [...shape, ...conversations, "physical_order", ...privacy],
  },
  {
    name: "two conversations, all in one moment, without texts, replies and statistics",
    sql: `DELETE FROM conversations WHERE id NOT IN (SELECT id FROM conversations LIMIT 2);
      UPDATE messages SET "createdAt" = '2025-05-05 05:05', content = NULL, "replyToId" = NULL;
      DELETE FROM pg_statistic WHERE starelid = 'messages'::regclass;`,
    unknown: ["power_law_fit", "text_lengths", "replies", "physical_order"],
  },
];
