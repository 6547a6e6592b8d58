import { conversationProfile, memberColumns, totalOf } from "../passes/conversation-profile";
import { faults, type Question } from "./question";

/** Messages without a sender or a conversation are reported as NULL keys. */
const samplesSql = `
SELECT message.id::text AS id, message."senderId"::text AS value
FROM messages AS message LEFT JOIN (
    SELECT "conversationId", "userId", min("joinedAt") AS "joinedAt" FROM conversation_users GROUP BY 1, 2
  ) AS member ON member."conversationId" = message."conversationId" AND member."userId" = message."senderId"
WHERE message."conversationId" IS NOT NULL AND message."senderId" IS NOT NULL
  AND (member."userId" IS NULL OR message."createdAt" < member."joinedAt")`;

/** Good without any exception. Otherwise a problem, because joins over members lose these messages. */
export const senderMembership: Question = {
  key: "sender_membership",
  name: "Senders are members",
  subject: "conversations",
  expected: "every sender is a member of the conversation and had joined before the message",
  needs: memberColumns,
  compares: [
    ["conversation_users.conversationId", "messages.conversationId"],
    ["conversation_users.userId", "messages.senderId"],
  ],
  async answer({ snapshot }) {
    const conversations = await conversationProfile(snapshot);
    const [strangers, early] = [totalOf(conversations, "strangers"), totalOf(conversations, "early")];
    return faults(snapshot, {
      count: strangers + early,
      measured: `${strangers} messages of senders who are not members, ${early} from before the sender joined`,
      table: "messages",
      sql: samplesSql,
    });
  },
};
