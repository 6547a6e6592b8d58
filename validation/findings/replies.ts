import { messagesById, replyColumns } from "../passes/messages-by-id";
import type { Snapshot } from "../snapshot";
import { faults, unknown, type Question } from "./question";

/** Replies whose target exists. The check of references reports missing targets. */
const targets = `FROM messages AS reply JOIN messages AS target ON target.id = reply."replyToId"`;

const wrong = `
(target.id = reply.id OR target."createdAt" > reply."createdAt"
  OR target."conversationId" IS DISTINCT FROM reply."conversationId")`;

const countsSql = `SELECT count(*) AS replies, count(*) FILTER (WHERE ${wrong}) AS wrong ${targets}`;

interface Counts {
  replies: number;
  wrong: number;
}

/** Counts by the pass over all messages where that is enough, and otherwise by one statement over all replies. */
async function countReplies(snapshot: Snapshot): Promise<Counts> {
  const byId = await messagesById(snapshot);
  if (byId?.suspiciousReplies === 0) return { replies: byId.replies!, wrong: 0 };
  return (await snapshot.each<Counts>([countsSql]))[0]!;
}

const samplesSql = `SELECT reply.id::text AS id, target.id::text AS value ${targets} WHERE ${wrong}`;

/** Good without any exception. Otherwise a problem, because threads lead into other rooms or forward in time. Unknown without replies. */
export const replies: Question = {
  key: "replies",
  name: "Replies point back",
  subject: "conversations",
  expected: "every reply is to an earlier message of its conversation",
  needs: replyColumns,
  compares: [["messages.replyToId", "messages.id"]],
  async answer({ snapshot }) {
    const { replies, wrong } = await countReplies(snapshot);
    if (replies === 0) return unknown("No message is a reply.");
    return faults(snapshot, {
      count: wrong,
      measured: `${wrong} of ${replies} replies are not to an earlier message of their conversation`,
      table: "messages",
      sql: samplesSql,
    });
  },
};
