import type { Check } from "../check";
import { present, type Reference, references } from "../references";
import type { QualityReport } from "../report";
import type { Snapshot } from "../snapshot";

type Section = Omit<QualityReport["integrity_checks"]["referential_integrity"], "verdict">;

/** No row refers to a row that does not exist. A row with two such references is one orphan. */
export const referentialIntegrity: Check<Section> = {
  key: "referential_integrity",
  name: "Referential integrity",
  critical: true,
  async run(snapshot) {
    const { present: checked, lacking } = present(references, snapshot);
    const [messages, conversations, members, attachments, reads] = await Promise.all(
      ["messages", "conversations", "conversation_users", "attachments", "message_reads"].map((table) =>
        orphans(
          snapshot,
          checked.filter((reference) => reference.table === table),
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

/** The rows of one table that have any of its references broken. */
async function orphans(snapshot: Snapshot, checked: Reference[]): Promise<number> {
  const counts = await snapshot.counts(checked.map(brokenReferencesSql));
  const broken = checked.filter((_, i) => counts[i]! > 0);
  if (broken.length < 2) return counts.reduce((sum, count) => sum + count, 0);
  return (await snapshot.row<{ count: number }>(orphansSql(broken))).count;
}

/** Rows with one reference broken. Looks up each distinct parent once, unless nearly every row has another one. */
function brokenReferencesSql({ table, column, parent }: Reference): string {
  if (parent === "messages") {
    return `SELECT count(*) FROM ${table} AS child WHERE ${missing({ table, column, parent })}`;
  }
  return `
SELECT coalesce(sum(rows), 0) AS count
FROM (SELECT "${column}", count(*) AS rows FROM ${table} GROUP BY "${column}") AS child
WHERE ${missing({ table, column, parent })}`;
}

/** Rows with any of a table's references broken: dearer, so asked only when more than one is. */
function orphansSql(broken: Reference[]): string {
  return `SELECT count(*) FROM ${broken[0]!.table} AS child WHERE ${broken.map(missing).join(" OR ")}`;
}

function missing({ column, parent }: Omit<Reference, "required">): string {
  return `(child."${column}" IS NOT NULL AND NOT EXISTS (SELECT FROM ${parent} AS parent WHERE parent.id = child."${column}"))`;
}
