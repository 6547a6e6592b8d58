import { faults, unknown, type Question } from "./question";

const pointers = `
FROM conversation_users AS member LEFT JOIN messages AS message ON message.id = member."lastReadMessageId"
WHERE member."lastReadMessageId" IS NOT NULL`;

const wrong = `
(message.id IS NULL OR message."conversationId" IS DISTINCT FROM member."conversationId"
  OR member."lastReadAt" IS NULL OR member."lastReadAt" < message."createdAt")`;

const countsSql = `SELECT count(*) AS pointers, count(*) FILTER (WHERE ${wrong}) AS wrong ${pointers}`;

const samplesSql = `
SELECT member.id::text AS id, member."lastReadMessageId"::text AS value ${pointers} AND ${wrong}`;

/** Good without any exception. Otherwise a problem, because counts of unread messages are wrong. Unknown when nobody has read. */
export const lastRead: Question = {
  key: "last_read",
  name: "Read pointers agree",
  subject: "conversations",
  expected: "every lastReadMessageId names a message of the conversation, written before lastReadAt",
  needs: [
    ...["id", "conversationId", "lastReadAt", "lastReadMessageId"].map(
      (column) => `conversation_users.${column}`,
    ),
    ...["id", "conversationId", "createdAt"].map((column) => `messages.${column}`),
  ],
  compares: [
    ["conversation_users.lastReadMessageId", "messages.id"],
    ["conversation_users.conversationId", "messages.conversationId"],
  ],
  async answer({ snapshot }) {
    const counts = await snapshot.row<{ pointers: number; wrong: number }>(countsSql);
    if (counts.pointers === 0) return unknown("No member has a last read message.");
    return faults(snapshot, {
      count: counts.wrong,
      measured: `${counts.wrong} of ${counts.pointers} read pointers disagree with the messages`,
      table: "conversation_users",
      sql: samplesSql,
    });
  },
};
