import type { Columns, Snapshot } from "../snapshot";

/** The columns with which the senders of messages are compared with the members of their conversation. */
export const memberColumns = [
  ...["id", "conversationId", "senderId", "createdAt"].map((column) => `messages.${column}`),
  ...["conversationId", "userId", "joinedAt"].map((column) => `conversation_users.${column}`),
];

/** The columns with which the last message that a conversation names is compared with its messages. */
export const lastMessageColumns = [
  ...["id", "lastMessageAt", "lastMessageId"].map((column) => `conversations.${column}`),
  ...["id", "conversationId", "createdAt"].map((column) => `messages.${column}`),
];

/**
 * The conversations with `size` messages each, or without messages, when it is null. A figure is null when the database
 * lacks a column that it needs.
 */
export interface ProfileRow {
  size: number | null;
  /** The conversations that messages name. */
  conversations: number;
  /** Those of them that do not exist. */
  missing: number | null;
  /** Those of them that have a message from before they were created. */
  young: number | null;
  /** The messages in them of senders who are not members. */
  strangers: number | null;
  /** The messages in them from before the sender joined. */
  early: number | null;
  /** The conversations that exist. */
  existing: number | null;
  /** Those of them that name a last message. */
  named: number | null;
  /** Those of them whose named last message is not the last one. */
  wrong: number | null;
}

/**
 * Profiles all conversations in one pass over their messages.
 *
 * The first time counts for a member who left and joined again. The clocks of the application and the database may differ
 * by a second. Ids must agree exactly.
 */
function profileSql(columns: Columns): string {
  const has = (...names: string[]): boolean => columns.missing(names).length === 0;
  const times = has("messages.createdAt");
  const members = hasMembers(columns);
  const rooms = has("conversations.id") && columns.comparable("conversations.id", "messages.conversationId");
  const last = rooms && hasLastMessages(columns);
  const join = {
    members: `
  LEFT JOIN (
    SELECT "conversationId", "userId", min("joinedAt") AS "joinedAt" FROM conversation_users GROUP BY 1, 2
  ) AS member ON member."conversationId" = message."conversationId" AND member."userId" = message."senderId"`,
    rooms: ` FULL JOIN conversations AS conversation ON conversation.id = room.id`,
    last: `
  LEFT JOIN messages AS message ON message.id = conversation."lastMessageId"`,
  };
  const count = (possible: boolean, condition: string): string =>
    possible ? `count(*) FILTER (WHERE ${condition})` : "NULL::bigint";
  return `
-- Messages by conversation: its size, its first and last message, and messages of senders who were not members
WITH room AS (
  SELECT message."conversationId" AS id, count(*) AS size,
    ${times ? `min("createdAt")` : "NULL::timestamp"} AS first, ${times ? `max("createdAt")` : "NULL::timestamp"} AS last,
    ${count(members, `"senderId" IS NOT NULL AND member."userId" IS NULL`)} AS strangers,
    ${count(members, `"createdAt" < member."joinedAt"`)} AS early
  FROM messages AS message${members ? join.members : ""}
  WHERE message."conversationId" IS NOT NULL
  GROUP BY 1
)
SELECT room.size, count(room.id) AS conversations, sum(strangers) AS strangers, sum(early) AS early,
  ${count(rooms, "conversation.id IS NULL")} AS missing,
  ${count(rooms && has("conversations.createdAt"), `room.first < conversation."createdAt"`)} AS young,
  ${count(rooms, "conversation.id IS NOT NULL")} AS existing,
  ${count(last, named)} AS named,
  ${count(last, `conversation.id IS NOT NULL AND ${wrongLast("room.last")}`)} AS wrong
FROM room${rooms ? join.rooms : ""}${last ? join.last : ""}
GROUP BY room.size`;
}

/** Whether a conversation names a last message. */
const named = `(conversation."lastMessageAt" IS NOT NULL OR conversation."lastMessageId" IS NOT NULL)`;

/**
 * Whether a conversation names another message than its last one. `message` is the message that it names.
 *
 * @param at the time of its last message
 */
export function wrongLast(at: string): string {
  return `
CASE WHEN ${at} IS NULL THEN ${named}
  ELSE conversation."lastMessageAt" IS NULL OR message.id IS NULL
    OR conversation."lastMessageAt" NOT BETWEEN ${at} - interval '1 s' AND ${at} + interval '1 s'
    OR message."createdAt" IS DISTINCT FROM ${at}
    OR message."conversationId" IS DISTINCT FROM conversation.id END`;
}

/** Whether the database can tell which senders are members. */
export function hasMembers(columns: Columns): boolean {
  return (
    columns.missing(memberColumns).length === 0 &&
    columns.comparable("conversation_users.conversationId", "messages.conversationId") &&
    columns.comparable("conversation_users.userId", "messages.senderId")
  );
}

function hasLastMessages(columns: Columns): boolean {
  return (
    columns.missing(lastMessageColumns).length === 0 &&
    columns.comparable("conversations.lastMessageId", "messages.id")
  );
}

/** Profiles all conversations. A snapshot makes the pass only once, so further calls cost nothing. */
export function conversationProfile(snapshot: Snapshot): Promise<ProfileRow[]> {
  return snapshot.rows<ProfileRow>(profileSql(snapshot.columns), snapshot.estimatedRows("messages"));
}

/** Adds up one of the figures of a profile. */
export function totalOf(rows: readonly ProfileRow[], figure: Exclude<keyof ProfileRow, "size">): number {
  return rows.reduce((sum, row) => sum + (row[figure] ?? 0), 0);
}
