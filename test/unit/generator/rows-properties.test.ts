import { MessageProperties } from "../../../generator/rows/message-properties";
import { tableNames } from "../../../generator/tables";
import { datasetOf, text, time, type Row } from "./dataset-rows";
import { expectEach, forPlans } from "./specs";

/** Every dataset generates the text of its dictionary again, which takes longer than its rows. */
const DATASETS = 60;

describe("all rows, whatever the dataset's seed and size,", () => {
  it("have ids like cuids, unique in their table and rising with creation", () => {
    forPlans((plan) => {
      for (const rows of Object.values(datasetOf(plan))) {
        const ids = rows.map((row) => ({ id: text(row.id), createdAt: time(row.createdAt) }));
        ids.sort((a, b) => (a.id < b.id ? -1 : 1));
        expectEach(ids, ({ id }) => /^c[0-9a-z]{24}$/.test(id));
        expectEach(ids, ({ id }, i) => i === 0 || id !== ids[i - 1]!.id);
        expectEach(ids, ({ createdAt }, i) => i === 0 || createdAt >= ids[i - 1]!.createdAt);
      }
    }, DATASETS);
  });

  it("change after they are made, and nothing happens after the window", () => {
    forPlans((plan) => {
      for (const rows of Object.values(datasetOf(plan))) {
        expectEach(rows, ({ createdAt, updatedAt }) => time(createdAt) <= time(updatedAt));
        expectEach(rows, (row) =>
          Object.entries(row).every(
            ([column, value]) => !column.endsWith("At") || value === null || time(value) <= plan.time.end,
          ),
        );
      }
    }, DATASETS);
  });

  it("are deleted after they are edited, within the window, even when sent in its last instant", () => {
    forPlans(({ streams, time, spec }) => {
      const properties = new MessageProperties(streams, time);
      const at = time.end - 1;
      for (let message = 0; message < spec.messages; message++) {
        const fate = properties.fateOf(message);
        const instants = [at, properties.editedAt(fate, at), properties.deletedAt(fate, at), time.end];
        const known = instants.filter((instant) => !Number.isNaN(instant));
        expectEach(known, (instant, i) => i === 0 || known[i - 1]! <= instant);
      }
    });
  });

  it("point at rows that exist, and are not older than those", () => {
    forPlans((plan) => {
      const dataset = datasetOf(plan);
      const parents: Record<string, Map<string, number>> = {
        userId: createdAt(dataset.users),
        conversationId: createdAt(dataset.conversations),
        messageId: createdAt(dataset.messages),
      };
      parents.senderId = parents.uploaderId = parents.creatorId = parents.userId!;
      parents.replyToId = parents.messageId!;
      for (const table of tableNames) {
        for (const [column, parent] of Object.entries(parents)) {
          expectEach(
            dataset[table].filter((row) => row[column]),
            (row) => parent.get(text(row[column]))! <= time(row.createdAt),
          );
        }
      }
    }, DATASETS);
  });

  it("know the last message of a conversation, and the last that a member has read", () => {
    forPlans((plan) => {
      const { conversations, conversation_users: members, messages } = datasetOf(plan);
      const byId = new Map(messages.map((row) => [text(row.id), row]));
      const last = new Map(messages.map((row) => [text(row.conversationId), time(row.createdAt)]));
      expectEach(conversations, ({ id, lastMessageAt }) => last.get(text(id)) === time(lastMessageAt));
      expectEach(conversations, ({ id, lastMessageAt, lastMessageId }) => {
        const message = byId.get(text(lastMessageId))!;
        return text(message.conversationId) === text(id) && time(message.createdAt) === time(lastMessageAt);
      });
      expectEach(
        members.filter(({ lastReadMessageId }) => lastReadMessageId !== null),
        ({ conversationId, lastReadMessageId, lastReadAt }) => {
          const message = byId.get(text(lastReadMessageId))!;
          return (
            text(message.conversationId) === text(conversationId) &&
            time(message.createdAt) <= time(lastReadAt)
          );
        },
      );
    }, DATASETS);
  });

  it("record reading by members other than the sender, after the message and as far as they have read", () => {
    forPlans((plan) => {
      const { conversation_users: members, messages, message_reads: reads } = datasetOf(plan);
      const sent = new Map(messages.map((row) => [text(row.id), row]));
      const memberships = new Map(members.map((row) => [memberOf(row.userId, row.conversationId), row]));
      expectEach(messages, ({ senderId, conversationId, createdAt }) => {
        const sender = memberships.get(memberOf(senderId, conversationId))!;
        return time(sender.joinedAt) <= time(createdAt);
      });
      expectEach(reads, ({ messageId, userId, readAt }) => {
        const { senderId, conversationId, createdAt } = sent.get(text(messageId))!;
        const reader = memberships.get(memberOf(userId, conversationId))!;
        return (
          text(userId) !== text(senderId) &&
          time(readAt) >= time(createdAt) &&
          time(readAt) <= time(reader.lastReadAt)
        );
      });
    }, DATASETS);
  });
});

/** The creation time of each row of a table, by id. */
function createdAt(rows: Row[]): Map<string, number> {
  return new Map(rows.map((row) => [text(row.id), time(row.createdAt)]));
}

function memberOf(user: Row[string] | undefined, conversation: Row[string] | undefined): string {
  return text(user) + text(conversation);
}
