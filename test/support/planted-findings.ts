/** A change to a correct dataset, and the findings that are then not good, with their figure if it is a count. */
export interface PlantedFinding {
  name: string;
  sql: string;
  found: Record<string, number | undefined>;
  /** A text that must not be shown. */
  secret?: string;
}

/** A message in the middle of the dataset. Its conversation has many messages before and after it. */
const SOME = `(SELECT id FROM messages WHERE "conversationId" = (
    SELECT "conversationId" FROM messages GROUP BY 1 ORDER BY count(*) DESC LIMIT 1)
  AND type = 'TEXT' ORDER BY id OFFSET 100 LIMIT 1)`;
const later = (
  than: string,
): string => `(SELECT other.id FROM messages other JOIN messages this USING ("conversationId")
  WHERE this.id = ${than} AND other.id > this.id ORDER BY other.id LIMIT 1)`;
const elsewhere = (than: string): string => `(SELECT max(other.id) FROM messages other JOIN messages this
  ON other."conversationId" <> this."conversationId" WHERE this.id = ${than} AND other.id < this.id)`;

function setting(table: string, change: string, where: string): string {
  return `UPDATE ${table} SET ${change} WHERE id = (${where});`;
}

const reader = `SELECT min(id) FROM conversation_users WHERE "lastReadMessageId" IS NOT NULL`;

export const plantedFindings: PlantedFinding[] = [
  {
    name: "one sender is not a member",
    sql: setting(
      "messages",
      `"senderId" = (SELECT id FROM users WHERE NOT EXISTS (SELECT FROM conversation_users
        WHERE "userId" = users.id AND "conversationId" = messages."conversationId") LIMIT 1)`,
      SOME,
    ),
    found: { sender_membership: 1 },
  },
  {
    name: "one member joined a moment after the first of several messages",
    sql: `UPDATE conversation_users SET "joinedAt" = at + interval '1 ms' FROM (
        SELECT min("createdAt") AS at, "senderId", "conversationId" FROM messages
        GROUP BY 2, 3 HAVING count(*) > 1 AND max("createdAt") > min("createdAt") + interval '1 h' LIMIT 1) AS spoken
      WHERE "userId" = spoken."senderId" AND conversation_users."conversationId" = spoken."conversationId";`,
    found: { sender_membership: 1 },
  },
  {
    name: "one reply is to a later message",
    sql: setting("messages", `"replyToId" = ${later("messages.id")}`, SOME),
    found: { replies: 1 },
  },
  {
    name: "one reply is to a message of another conversation",
    sql: setting("messages", `"replyToId" = ${elsewhere("messages.id")}`, SOME),
    found: { replies: 1 },
  },
  {
    name: "one message replies to itself",
    sql: setting("messages", `"replyToId" = id`, SOME),
    found: { replies: 1 },
  },
  {
    name: "one conversation names a message that is not its last",
    sql: `UPDATE conversations SET "lastMessageId" = id_ FROM (SELECT id AS id_, "conversationId" AS room FROM messages
      WHERE id = ${SOME}) AS message WHERE id = room;`,
    found: { last_message: 1 },
  },
  {
    name: "one conversation says that its last message came an hour later",
    sql: setting(
      "conversations",
      `"lastMessageAt" = "lastMessageAt" + interval '1 h'`,
      "SELECT min(id) FROM conversations",
    ),
    found: { last_message: 1 },
  },
  {
    name: "one conversation of all names no last message",
    sql: setting(
      "conversations",
      `"lastMessageAt" = NULL, "lastMessageId" = NULL`,
      "SELECT min(id) FROM conversations",
    ),
    found: { last_message: 1 },
  },
  {
    name: "no conversation names its last message",
    sql: `UPDATE conversations SET "lastMessageAt" = NULL, "lastMessageId" = NULL;`,
    found: { last_message: undefined },
  },
  {
    name: "one read pointer leads to another conversation",
    sql: setting("conversation_users", `"lastReadMessageId" = ${elsewhere(`"lastReadMessageId"`)}`, reader),
    found: { last_read: 1 },
  },
  {
    name: "two members read their last message before it was written",
    sql: `UPDATE conversation_users SET "lastReadAt" = "createdAt" WHERE id IN (SELECT id FROM conversation_users
      WHERE "lastReadAt" > "createdAt" + interval '1 day' LIMIT 2);`,
    found: { last_read: 2 },
  },
  {
    name: "texts are all of one length",
    sql: `UPDATE messages SET content = repeat('x', 100);`,
    found: { text_lengths: undefined },
  },
  {
    name: "the heap is in order of conversations",
    sql: `CLUSTER messages USING "messages_conversationId_idx"; ANALYZE messages;`,
    found: { physical_order: undefined },
  },
  {
    name: "one phone number is in a message",
    sql: setting("messages", `content = 'call me: +49 30 901820'`, SOME),
    found: { phone_numbers: 1 },
    secret: "901820",
  },
  {
    name: "one card number is in a message",
    sql: setting("messages", `content = 'use 4111 1111 1111 1111, 12/27'`, SOME),
    found: { card_numbers: 1 },
    secret: "1111",
  },
  {
    name: "one IBAN is in a conversation's description",
    sql: setting(
      "conversations",
      `description = 'pay to DE89 3704 0044 0532 0130 00'`,
      "SELECT min(id) FROM conversations",
    ),
    found: { ibans: 1 },
    secret: "3704",
  },
  {
    name: "one real address is in a bio, a reserved one beside it",
    sql: setting("users", `bio = 'jane@company.org, or syn_jane@example.org'`, "SELECT min(id) FROM users"),
    found: { email_domains: 1 },
    secret: "company",
  },
  {
    name: "one synthetic address is on a domain that somebody may own",
    sql: setting("users", `email = 'syn_jane@company.org'`, "SELECT min(id) FROM users"),
    found: { email_domains: 1 },
    secret: "company",
  },
  {
    name: "names of files tell a phone number and an address",
    sql: `UPDATE attachments SET "originalName" = 'call 212-736-5000 or jane@company.org.pdf'
      WHERE id IN (SELECT id FROM attachments LIMIT 3);`,
    found: { phone_numbers: 3, email_domains: 3 },
    secret: "736",
  },
];
