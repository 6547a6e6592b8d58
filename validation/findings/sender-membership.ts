import { faults, type Question } from "./question";

/** The first time counts for a member who left and joined again. Messages without a sender or conversation are reported as NULL keys. */
const senders = `
FROM messages AS message LEFT JOIN (
    SELECT "conversationId", "userId", min("joinedAt") AS "joinedAt" FROM conversation_users GROUP BY 1, 2
  ) AS member ON member."conversationId" = message."conversationId" AND member."userId" = message."senderId"
WHERE message."conversationId" IS NOT NULL AND message."senderId" IS NOT NULL`;

const stranger = `member."userId" IS NULL`;
const early = `message."createdAt" < member."joinedAt"`;

const countsSql = `
SELECT count(*) FILTER (WHERE ${stranger}) AS strangers, count(*) FILTER (WHERE ${early}) AS early ${senders}`;

const samplesSql = `
SELECT message.id::text AS id, message."senderId"::text AS value ${senders} AND (${stranger} OR ${early})`;

/** Good without any exception. Otherwise a problem, because joins over members lose these messages. */
export const senderMembership: Question = {
  key: "sender_membership",
  name: "Senders are members",
  subject: "conversations",
  expected: "every sender is a member of the conversation and had joined before the message",
  needs: [
    ...["id", "conversationId", "senderId", "createdAt"].map((column) => `messages.${column}`),
    ...["conversationId", "userId", "joinedAt"].map((column) => `conversation_users.${column}`),
  ],
  async answer({ snapshot }) {
    const { strangers, early } = await snapshot.row<{ strangers: number; early: number }>(countsSql);
    return faults(snapshot, {
      count: strangers + early,
      measured: `${strangers} messages of senders who are not members, ${early} from before the sender joined`,
      table: "messages",
      sql: samplesSql,
    });
  },
};
