import { dataCompleteness } from "./checks/data-completeness";
import { diurnalVariation } from "./checks/diurnal-variation";
import { heavyRooms } from "./checks/heavy-rooms";
import { piiSafety } from "./checks/pii-safety";
import { powerLawTail } from "./checks/power-law-tail";
import { referentialIntegrity } from "./checks/referential-integrity";
import { timestampOrdering } from "./checks/timestamp-ordering";
import { typeVariety } from "./checks/type-variety";
import { scanFreeText } from "./findings/personal-data/scan";
import { conversationProfile } from "./passes/conversation-profile";
import { messageProfile } from "./passes/message-profile";
import type { Snapshot } from "./snapshot";
import type { QualityThresholds } from "./thresholds";

/** Needs the columns of the passes over all messages, with their types, and reads no row. */
export const requiredColumnsSql = `
SELECT date_bin('1 hour', message."createdAt", '2000-01-01'), position('@' IN content), conversation.type
FROM (SELECT id, type, content, "conversationId", "createdAt" FROM messages) AS message
  JOIN (SELECT id, type, "createdAt" FROM conversations) AS conversation
    ON conversation.id = message."conversationId" AND message."createdAt" < conversation."createdAt"
WHERE false`;

const checks = [
  heavyRooms,
  powerLawTail,
  typeVariety,
  diurnalVariation,
  piiSafety,
  referentialIntegrity,
  timestampOrdering,
  dataCompleteness,
];

/**
 * Starts everything that takes long at once, the longest first, so that no connection is ever idle. The checks and findings
 * then wait for results that are under way. Passes over all messages that are made at the same time share what they read
 * from the disk.
 */
export function startAll(snapshot: Snapshot, thresholds: QualityThresholds): void {
  const ahead = snapshot.view();
  const started = [
    conversationProfile(ahead),
    messageProfile(ahead),
    ...checks.map((check) => check.run(ahead, thresholds)),
    scanFreeText({ snapshot: ahead }),
  ];
  // Who waits for a result reports its error.
  for (const each of started) each.catch(() => undefined);
}

/** The rows that `startAll` reads: those of messages in three passes, and those of the tables that refer to messages. */
export function rowsToRead(snapshot: Snapshot): number {
  const rows = (table: string): number => snapshot.estimatedRows(table);
  const searched = ["users", "conversations", "attachments"].reduce((sum, table) => sum + rows(table), 0);
  return 3 * rows("messages") + rows("attachments") + rows("message_reads") + searched;
}
