import type { Check } from "../check";
import { present, type Reference, references } from "../references";
import type { QualityReport } from "../report";
import { messagesWithoutConversation } from "../sizes";
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
 * They are checked one by one only when this pass finds a broken reference.
 */
async function brokenReferences(snapshot: Snapshot, checked: Reference[]): Promise<Broken[]> {
  const toMessages = checked.filter(({ table, parent }) => parent === "messages" && table !== "messages");
  const others = checked.filter(
    (reference) => !toMessages.includes(reference) && !isMessageToConversation(reference),
  );
  const [[together], withoutConversation, counts] = await Promise.all([
    snapshot.counts(toMessages.length === 0 ? [] : [brokenTogetherSql(toMessages)]),
    messagesWithoutConversation(snapshot),
    snapshot.counts(others.map(brokenSql)),
  ]);
  const found = others.map((reference, i) => ({ reference, rows: counts[i]! }));
  found.push(
    ...checked.filter(isMessageToConversation).map((reference) => ({ reference, rows: withoutConversation })),
  );
  if (together! > 0) {
    const each = await snapshot.counts(toMessages.map(brokenSql));
    found.push(...toMessages.map((reference, i) => ({ reference, rows: each[i]! })));
  }
  return found.filter(({ rows }) => rows > 0);
}

/** Whether this is the reference from messages to conversations, which messagesWithoutConversation already counts. */
function isMessageToConversation({ table, column }: Reference): boolean {
  return table === "messages" && column === "conversationId";
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
