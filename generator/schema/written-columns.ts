import { longestUserName } from "../rows/dictionary";
import { LONGEST_TEXT } from "../rows/message-properties";
import { tables, type TableName } from "../tables";

/** What the load writes into a column. */
export interface WrittenColumn {
  type: "id" | "text" | "enum" | "boolean" | "integer" | "timestamp" | "json";
  /** The most characters of a text. */
  longest: number;
  /** The labels of an enum. */
  labels: readonly string[];
  /** The largest value of an integer. */
  largest: number;
  /** How many of its values are NULL. */
  nulls: "none" | "some" | "all";
  /** The table whose ids it has. */
  idsOf?: TableName;
}

/** The characters of an id. */
const ID = 25;
const nothing = { longest: 0, labels: [], largest: 0, nulls: "none" } as const;

const id = (idsOf: TableName): WrittenColumn => ({ ...nothing, type: "id", longest: ID, idsOf });
const text = (longest: number): WrittenColumn => ({ ...nothing, type: "text", longest });
const labels = (...names: string[]): WrittenColumn => ({
  ...nothing,
  type: "enum",
  labels: names,
  longest: Math.max(...names.map(({ length }) => length)),
});
const integer = (largest: number): WrittenColumn => ({ ...nothing, type: "integer", largest });
const boolean: WrittenColumn = { ...nothing, type: "boolean" };
const timestamp: WrittenColumn = { ...nothing, type: "timestamp" };
const some = (column: WrittenColumn): WrittenColumn => ({ ...column, nulls: "some" });
const all = (column: WrittenColumn): WrittenColumn => ({ ...column, nulls: "all" });

type Columns<T extends TableName> = Record<(typeof tables)[T][number], WrittenColumn>;

/** What the load writes into each column. Lengths are upper limits of what the dictionary can give. */
export const writtenColumns: { [T in TableName]: Columns<T> } = {
  users: {
    id: id("users"),
    email: text(longestUserName + "@example.com".length),
    username: text(longestUserName),
    firstName: text(12),
    lastName: text(12),
    bio: some(text(60)),
    profileImageUrl: some(text("https://images.example.com/profiles/.jpg".length + longestUserName)),
    isActive: boolean,
    anonymousPostsToday: integer(3),
    weeklyPushesUsed: integer(5),
    lastAnonymousPostDate: some(timestamp),
    lastWeeklyReset: timestamp,
    allowDirectMessages: boolean,
    showOnlineStatus: boolean,
    profileVisibility: labels("PUBLIC", "CONNECTIONS_ONLY", "CLOSE_FRIENDS_ONLY", "PRIVATE"),
    isOnline: boolean,
    lastSeenAt: timestamp,
    typingIn: all(text(0)),
    createdAt: timestamp,
    updatedAt: timestamp,
    lastLoginAt: timestamp,
  },
  conversations: {
    id: id("conversations"),
    name: some(text(32)),
    description: some(text(32)),
    type: labels("DIRECT_MESSAGE", "GROUP_CHAT"),
    avatarUrl: some(text(64)),
    isActive: boolean,
    allowMemberAdd: boolean,
    allowFileSharing: boolean,
    maxMembers: integer(256),
    lastMessageAt: timestamp,
    lastMessageId: id("messages"),
    createdAt: timestamp,
    updatedAt: timestamp,
    creatorId: id("users"),
  },
  conversation_users: {
    id: id("conversation_users"),
    role: labels("OWNER", "ADMIN", "MEMBER"),
    isActive: boolean,
    isMuted: boolean,
    mutedUntil: some(timestamp),
    joinedAt: timestamp,
    leftAt: some(timestamp),
    lastReadAt: some(timestamp),
    lastReadMessageId: some(id("messages")),
    createdAt: timestamp,
    updatedAt: timestamp,
    userId: id("users"),
    conversationId: id("conversations"),
  },
  messages: {
    id: id("messages"),
    content: some(text(LONGEST_TEXT)),
    type: labels("TEXT", "IMAGE", "FILE", "AUDIO", "VIDEO"),
    status: labels("SENT", "DELIVERED", "READ", "DELETED"),
    isEdited: boolean,
    editedAt: some(timestamp),
    isDeleted: boolean,
    deletedAt: some(timestamp),
    replyToId: some(id("messages")),
    threadId: all(id("messages")),
    metadata: all({ ...nothing, type: "json" }),
    createdAt: timestamp,
    updatedAt: timestamp,
    senderId: id("users"),
    conversationId: id("conversations"),
  },
  attachments: {
    id: id("attachments"),
    filename: text(ID + 5),
    originalName: text(20),
    mimeType: text("application/vnd.openxmlformats-officedocument.wordprocessingml.document".length),
    size: integer(80_000_000),
    url: text("https://files.example.com/".length + ID + 5),
    thumbnailUrl: some(text("https://files.example.com/thumbnails/.webp".length + ID)),
    type: labels("IMAGE", "DOCUMENT", "AUDIO", "VIDEO"),
    width: some(integer(3040)),
    height: some(integer(2880)),
    duration: some(integer(602)),
    createdAt: timestamp,
    updatedAt: timestamp,
    uploaderId: id("users"),
    messageId: id("messages"),
  },
  message_reads: {
    id: id("message_reads"),
    readAt: timestamp,
    createdAt: timestamp,
    updatedAt: timestamp,
    userId: id("users"),
    messageId: id("messages"),
  },
};

/** The sets of columns that have other values in each row. Every set that contains one of them has too. */
export const uniqueKeys: Record<TableName, readonly (readonly string[])[]> = {
  users: [["id"], ["email"], ["username"]],
  conversations: [["id"], ["lastMessageId"]],
  conversation_users: [["id"], ["userId", "conversationId"]],
  messages: [["id"]],
  attachments: [["id"], ["filename"], ["url"]],
  message_reads: [["id"], ["messageId"]],
};

/** What the load writes into a column, or undefined for an additional column. */
export function writtenColumn(table: TableName, column: string): WrittenColumn | undefined {
  const columns: Record<string, WrittenColumn> = writtenColumns[table];
  return Object.hasOwn(columns, column) ? columns[column] : undefined;
}
