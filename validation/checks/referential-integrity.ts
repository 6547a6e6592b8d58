import type { Check } from "../check";
import { present, type Reference, references } from "../references";
import type { QualityReport } from "../report";
import { conversationProfile, hasMembers, totalOf } from "../passes/conversation-profile";
import { messageProfile } from "../passes/message-profile";
import type { Snapshot } from "../snapshot";

type Section = Omit<QualityReport["integrity_checks"]["referential_integrity"], "verdict">;

/** Checks that no row refers to a row that does not exist. A row with two such references counts once. */
export const referentialIntegrity: Check<Section> = {
  key: "referential_integrity",
  name: "Referential integrity",
  critical: true,
  async run(snapshot) {
    const { present: checked, lacking } = present(references, snapshot);
    const broken = await brokenReferences(snapshot, checked);
    const [messages, conversations, members, attachments, reads] = await Promise.all(
      ["messages", "conversations", "conversation_users", "attachments", "message_reads"].map((table) =>
        orphans(
          snapshot,
          broken.filter(({ reference }) => reference.table === table),
        ),
      ),
    );
    const section: Section = {
      orphaned_messages: messages!,
      orphaned_conversations: conversations!,
      orphaned_conversation_users: members!,
      orphaned_attachments: attachments!,
      orphaned_message_reads: reads!,
    };
    const total = Object.values(section).reduce((sum, count) => sum + count, 0);
    return {
      section,
      passed: total === 0,
      value: total,
      measured: `${total} orphaned records${lacking}`,
      threshold: "0 orphaned records",
    };
  },
};

/** A broken reference and the number of rows in which it is broken. */
interface Broken {
  reference: Reference;
  rows: number;
}

/**
 * Finds the broken references. All references to messages are first checked together, in one pass over the ids of messages.
 * They are checked one by one only when this pass finds a broken reference. Those from messages to conversations and to
 * their senders follow from the passes over all messages.
 */
async function brokenReferences(snapshot: Snapshot, checked: Reference[]): Promise<Broken[]> {
  const toMessages = checked.filter(({ parent }) => parent === "messages");
  const [room, sender] = ["conversationId", "senderId"].map((column) =>
    checked.find((reference) => reference.table === "messages" && reference.column === column),
  );
  const others = checked.filter((each) => !toMessages.includes(each) && each !== room && each !== sender);
  const [[together], counts] = await Promise.all([
    snapshot.counts(
      toMessages.length === 0 ? [] : [brokenTogetherSql(toMessages)],
      snapshot.estimatedRows("attachments") + snapshot.estimatedRows("message_reads"),
    ),
    snapshot.counts(others.map(brokenSql)),
  ]);
  const found = others.map((reference, i) => ({ reference, rows: counts[i]! }));
  if (room !== undefined) found.push({ reference: room, rows: await messagesWithoutConversation(snapshot) });
  const members = found.find(
    ({ reference: { table, column } }) => table === "conversation_users" && column === "userId",
  );
  if (sender !== undefined && !(members?.rows === 0 && (await allSendersAreMembers(snapshot)))) {
    const [rows] = await snapshot.counts([brokenSql(sender)]);
    found.push({ reference: sender, rows: rows! });
  }
  if (together! > 0) {
    const each = await snapshot.counts(toMessages.map(brokenSql));
    found.push(...toMessages.map((reference, i) => ({ reference, rows: each[i]! })));
  }
  return found.filter(({ rows }) => rows > 0);
}

/** Counts the messages whose conversation does not exist. */
async function messagesWithoutConversation(snapshot: Snapshot): Promise<number> {
  const rows = await conversationProfile(snapshot);
  return rows.reduce((sum, { size, missing }) => sum + (size ?? 0) * (missing ?? 0), 0);
}

/** Whether every message has a conversation, and a sender who is a member of it. A sender then exists if all members do. */
async function allSendersAreMembers(snapshot: Snapshot): Promise<boolean> {
  if (!hasMembers(snapshot.columns)) return false;
  const rows = await conversationProfile(snapshot);
  const inConversations = rows.reduce((sum, { size, conversations }) => sum + (size ?? 0) * conversations, 0);
  const { messages } = await messageProfile(snapshot);
  return totalOf(rows, "strangers") === 0 && inConversations === messages;
}

/** Counts the rows of one table that have a broken reference. */
async function orphans(snapshot: Snapshot, broken: Broken[]): Promise<number> {
  if (broken.length < 2) return broken[0]?.rows ?? 0;
  return (await snapshot.row<{ count: number }>(orphansSql(broken.map(({ reference }) => reference)))).count;
}

/** Counts rows in which one reference is broken. Each distinct parent is looked up once, except for messages, which have few rows each. */
function brokenSql({ table, column, parent }: Reference): string {
  if (parent === "messages") {
    return `SELECT count(*) FROM ${table} AS child WHERE ${missing({ column, parent })}`;
  }
  return `
SELECT coalesce(sum(rows), 0) AS count
FROM (SELECT "${column}", count(*) AS rows FROM ${table} GROUP BY "${column}") AS child
WHERE ${missing({ column, parent })}`;
}

/** Counts rows in which any of these references is broken, in the order of the tables' indexes. */
function brokenTogetherSql(toMessages: Reference[]): string {
  const named = toMessages.map(({ table, column }) => `SELECT "${column}" AS id FROM ${table}`);
  return `
SELECT count(*)
FROM (${named.join(" UNION ALL ")}) AS child
WHERE ${missing({ column: "id", parent: "messages" })}`;
}

/** Counts rows in which any of a table's references is broken. This is slow, and needed only when several are broken. */
function orphansSql(broken: Reference[]): string {
  return `SELECT count(*) FROM ${broken[0]!.table} AS child WHERE ${broken.map(missing).join(" OR ")}`;
}

function missing({ column, parent }: Pick<Reference, "column" | "parent">): string {
  return `(child."${column}" IS NOT NULL AND NOT EXISTS (SELECT FROM ${parent} AS parent WHERE parent.id = child."${column}"))`;
}
