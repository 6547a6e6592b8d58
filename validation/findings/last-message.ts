import { faults, unknown, type Question } from "./question";

const conversations = `
FROM conversations AS conversation
  LEFT JOIN (SELECT "conversationId", max("createdAt") AS at FROM messages GROUP BY 1) AS latest
    ON latest."conversationId" = conversation.id
  LEFT JOIN messages AS message ON message.id = conversation."lastMessageId"`;

const named = `(conversation."lastMessageAt" IS NOT NULL OR conversation."lastMessageId" IS NOT NULL)`;

/** The clocks of the application and the database may differ by a second. Ids must agree exactly. */
const wrong = `
CASE WHEN latest.at IS NULL THEN ${named}
  ELSE conversation."lastMessageAt" IS NULL OR message.id IS NULL
    OR conversation."lastMessageAt" NOT BETWEEN latest.at - interval '1 s' AND latest.at + interval '1 s'
    OR message."createdAt" IS DISTINCT FROM latest.at
    OR message."conversationId" IS DISTINCT FROM conversation.id END`;

const countsSql = `
SELECT count(*) AS conversations, count(*) FILTER (WHERE ${named}) AS named, count(*) FILTER (WHERE ${wrong}) AS wrong ${conversations}`;

const samplesSql = `
SELECT conversation.id::text AS id, conversation."lastMessageId"::text AS value ${conversations} WHERE ${wrong}`;

/**
 * Good without any exception. A notice when the columns are not used. Otherwise a problem, because applications sort lists of
 * conversations by these columns.
 */
export const lastMessage: Question = {
  key: "last_message",
  name: "Last messages agree",
  subject: "conversations",
  expected: "lastMessageAt and lastMessageId of every conversation name its latest message",
  needs: [
    ...["id", "lastMessageAt", "lastMessageId"].map((column) => `conversations.${column}`),
    ...["id", "conversationId", "createdAt"].map((column) => `messages.${column}`),
  ],
  async answer({ snapshot }) {
    const counts = await snapshot.row<{ conversations: number; named: number; wrong: number }>(countsSql);
    if (counts.conversations === 0) return unknown("There are no conversations.");
    if (counts.named === 0)
      return { outcome: "notice", value: 0, measured: "no conversation names a last message" };
    return faults(snapshot, {
      count: counts.wrong,
      measured: `${counts.wrong} of ${counts.conversations} conversations disagree with their messages`,
      table: "conversations",
      sql: samplesSql,
    });
  },
};
