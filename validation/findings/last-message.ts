import { conversationProfile, lastMessageColumns, totalOf, wrongLast } from "../passes/conversation-profile";
import { faults, unknown, type Question } from "./question";

const samplesSql = `
SELECT conversation.id::text AS id, conversation."lastMessageId"::text AS value
FROM conversations AS conversation
  LEFT JOIN (SELECT "conversationId", max("createdAt") AS at FROM messages GROUP BY 1) AS latest
    ON latest."conversationId" = conversation.id
  LEFT JOIN messages AS message ON message.id = conversation."lastMessageId"
WHERE ${wrongLast("latest.at")}`;

/**
 * Good without any exception. A notice when the columns are not used. Otherwise a problem, because applications sort lists of
 * conversations by these columns.
 */
export const lastMessage: Question = {
  key: "last_message",
  name: "Last messages agree",
  subject: "conversations",
  expected: "lastMessageAt and lastMessageId of every conversation name its latest message",
  needs: lastMessageColumns,
  compares: [
    ["conversations.id", "messages.conversationId"],
    ["conversations.lastMessageId", "messages.id"],
  ],
  async answer({ snapshot }) {
    const conversations = await conversationProfile(snapshot);
    const [existing, wrong] = [totalOf(conversations, "existing"), totalOf(conversations, "wrong")];
    if (existing === 0) return unknown("There are no conversations.");
    if (totalOf(conversations, "named") === 0)
      return { outcome: "notice", value: 0, measured: "no conversation names a last message" };
    return faults(snapshot, {
      count: wrong,
      measured: `${wrong} of ${existing} conversations disagree with their messages`,
      table: "conversations",
      sql: samplesSql,
    });
  },
};
