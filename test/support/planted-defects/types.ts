import { type Defect } from "./defect";

export const typeVariety: Defect[] = [
  {
    name: "there are direct messages only",
    sql: `UPDATE conversations SET type = 'DIRECT_MESSAGE';`,
    count: 1,
  },
  { name: "there are group chats only", sql: `UPDATE conversations SET type = 'GROUP_CHAT';`, count: 1 },
  { name: "all groups are gone", sql: `DELETE FROM conversations WHERE type = 'GROUP_CHAT';`, count: 1 },
  { name: "all messages are text", sql: `UPDATE messages SET type = 'TEXT';`, count: 1 },
  { name: "all messages are images", sql: `UPDATE messages SET type = 'IMAGE';`, count: 1 },
  {
    name: "text is all that is left of the messages",
    sql: `DELETE FROM messages WHERE type <> 'TEXT';`,
    count: 1,
  },
  {
    name: "messages are text or of no type at all",
    sql: `ALTER TABLE messages ALTER type DROP NOT NULL; UPDATE messages SET type = NULL WHERE type <> 'TEXT';`,
    count: 1,
  },
  {
    name: "no conversation has a type",
    sql: `ALTER TABLE conversations ALTER type DROP NOT NULL; UPDATE conversations SET type = NULL;`,
    count: 0,
  },
];
