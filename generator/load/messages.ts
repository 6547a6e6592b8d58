import { withTransaction } from "../../postgres/connection";
import { Progress, type Log } from "../../runtime/progress";
import type { Plan } from "../plan/plan";
import { MessageSlice, sliceBounds } from "../plan/slice";
import { AttachmentRows, AttachmentWriter } from "../rows/attachments";
import type { Identities } from "../rows/identities";
import { MessageRows, MessageWriter } from "../rows/messages";
import { ReadRows, ReadWriter } from "../rows/reads";
import type { Copier } from "./copy";
import { addLine } from "./ledger";

/**
 * Loads the shards of messages that the ledger does not have yet. Each one's messages, their attachments and reads,
 * and its line in the ledger are committed together. Returns the seconds it took.
 */
export async function loadMessages(
  copier: Copier,
  plan: Plan,
  ids: Identities,
  shards: number,
  present: Set<string>,
  log: Log,
): Promise<number> {
  const { client } = copier;
  const bounds = sliceBounds(plan, shards);
  const slice = new MessageSlice(plan);
  const messageWriter = new MessageWriter(plan, ids);
  const attachmentWriter = new AttachmentWriter(plan, ids);
  const readWriter = new ReadWriter(plan, ids);
  const missing = Array.from({ length: shards }, (_, i) => i).filter((i) => !present.has(`messages ${i}`));
  const progress = new Progress(
    "messages",
    Math.round((plan.spec.messages * missing.length) / shards),
    "messages",
    log,
  );
  for (const number of missing) {
    const [from, to] = [bounds[number]!, bounds[number + 1]!];
    slice.read(from, to);
    const messages = new MessageRows(messageWriter, slice);
    const attachments = new AttachmentRows(attachmentWriter, slice);
    const reads = new ReadRows(readWriter, slice);
    await withTransaction(client, async () => {
      const bytes =
        (await copier.copy("messages", messages)) +
        (await copier.copy("attachments", attachments)) +
        (await copier.copy("message_reads", reads));
      const rows = {
        messages: messages.written,
        attachments: attachments.written,
        message_reads: reads.written,
      };
      await addLine(client, { part: "messages", number, rows }, from, to);
      progress.advance(messages.written, bytes);
    });
  }
  return progress.finish();
}
