import type { Check } from "../check";
import { present, type Reference, references } from "../references";
import type { QualityReport } from "../report";
import { messagesWithoutConversation } from "../sizes";
import type { Snapshot } from "../snapshot";

type Section = Omit<QualityReport["integrity_checks"]["referential_integrity"], "verdict">;

/** No row refers to a row that does not exist. A row with two such references is one orphan. */
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

/** A reference and the rows, at least one, in which it is broken. */
interface Broken {
  reference: Reference;
  rows: number;
}

/**
 * The references that are broken. All that name messages are first looked for together, in one pass through the ids of
 * messages; only when one of them is broken does it matter which.
 */
async function brokenReferences(snapshot: Snapshot, checked: Reference[]): Promise<Broken[]> {
  const toMessages = checked.filter(({ table, parent }) => parent === "messages" && table !== "messages");
  const apart = checked.filter((reference) => !toMessages.includes(reference) && !isRoom(reference));
  const [[together], rooms, counts] = await Promise.all([
    snapshot.counts(toMessages.length === 0 ? [] : [brokenTogetherSql(toMessages)]),
    messagesWithoutConversation(snapshot),
    snapshot.counts(apart.map(brokenSql)),
  ]);
  const found = apart.map((reference, i) => ({ reference, rows: counts[i]! }));
  found.push(...checked.filter(isRoom).map((reference) => ({ reference, rows: rooms })));
  if (together! > 0) {
    const each = await snapshot.counts(toMessages.map(brokenSql));
    found.push(...toMessages.map((reference, i) => ({ reference, rows: each[i]! })));
  }
  return found.filter(({ rows }) => rows > 0);
}

/** The sizes of conversations tell of it. */
function isRoom({ table, column }: Reference): boolean {
  return table === "messages" && column === "conversationId";
}

/** The rows of one table that have any of its references broken. */
async function orphans(snapshot: Snapshot, broken: Broken[]): Promise<number> {
  if (broken.length < 2) return broken[0]?.rows ?? 0;
  return (await snapshot.row<{ count: number }>(orphansSql(broken.map(({ reference }) => reference)))).count;
}

/** Rows with one reference broken. Looks up each distinct parent once, unless nearly every row has another one. */
function brokenSql({ table, column, parent }: Reference): string {
  if (parent === "messages") {
    return `SELECT count(*) FROM ${table} AS child WHERE ${missing({ column, parent })}`;
  }
  return `
SELECT coalesce(sum(rows), 0) AS count
FROM (SELECT "${column}", count(*) AS rows FROM ${table} GROUP BY "${column}") AS child
WHERE ${missing({ column, parent })}`;
}

/** Rows with any of these references broken, read in the order of the tables' indexes. */
function brokenTogetherSql(toMessages: Reference[]): string {
  const named = toMessages.map(({ table, column }) => `SELECT "${column}" AS id FROM ${table}`);
  return `
SELECT count(*)
FROM (${named.join(" UNION ALL ")}) AS child
WHERE ${missing({ column: "id", parent: "messages" })}`;
}

/** Rows with any of a table's references broken: dearer, so asked only when more than one is. */
function orphansSql(broken: Reference[]): string {
  return `SELECT count(*) FROM ${broken[0]!.table} AS child WHERE ${broken.map(missing).join(" OR ")}`;
}

function missing({ column, parent }: Pick<Reference, "column" | "parent">): string {
  return `(child."${column}" IS NOT NULL AND NOT EXISTS (SELECT FROM ${parent} AS parent WHERE parent.id = child."${column}"))`;
}
