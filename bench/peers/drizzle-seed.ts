import { drizzle } from "drizzle-orm/node-postgres";
import { boolean, integer, jsonb, pgEnum, pgTable, text, timestamp } from "drizzle-orm/pg-core";
import { seed } from "drizzle-seed";
import { Pool } from "pg";
import { withClient } from "../../postgres/connection";
import { dropDefinitions } from "../server/definitions";
import { Phases, type Peer } from "./peer";

const MOST_MESSAGES = 50_000;

const instant = (name: string) => timestamp(name, { precision: 3 });
const conversationType = pgEnum("ConversationType", ["DIRECT_MESSAGE", "GROUP_CHAT", "CHANNEL"]);
const messageType = pgEnum("MessageType", ["TEXT", "IMAGE", "FILE", "AUDIO", "VIDEO"]);
const messageStatus = pgEnum("MessageStatus", ["SENT", "DELIVERED", "READ", "DELETED"]);
const visibility = pgEnum("VisibilityType", ["PUBLIC", "CONNECTIONS_ONLY", "CLOSE_FRIENDS_ONLY", "PRIVATE"]);

const users = pgTable("users", {
  id: text("id").primaryKey(),
  email: text("email").notNull().unique(),
  username: text("username").notNull().unique(),
  firstName: text("firstName"),
  lastName: text("lastName"),
  bio: text("bio"),
  isActive: boolean("isActive").notNull(),
  anonymousPostsToday: integer("anonymousPostsToday").notNull(),
  profileVisibility: visibility("profileVisibility").notNull(),
  lastSeenAt: instant("lastSeenAt"),
  createdAt: instant("createdAt").notNull(),
  updatedAt: instant("updatedAt").notNull(),
});

const conversations = pgTable("conversations", {
  id: text("id").primaryKey(),
  name: text("name"),
  type: conversationType("type").notNull(),
  isActive: boolean("isActive").notNull(),
  createdAt: instant("createdAt").notNull(),
  updatedAt: instant("updatedAt").notNull(),
  creatorId: text("creatorId")
    .notNull()
    .references(() => users.id),
});

const messages = pgTable("messages", {
  id: text("id").primaryKey(),
  content: text("content"),
  type: messageType("type").notNull(),
  status: messageStatus("status").notNull(),
  isEdited: boolean("isEdited").notNull(),
  isDeleted: boolean("isDeleted").notNull(),
  metadata: jsonb("metadata"),
  createdAt: instant("createdAt").notNull(),
  updatedAt: instant("updatedAt").notNull(),
  senderId: text("senderId")
    .notNull()
    .references(() => users.id),
  conversationId: text("conversationId")
    .notNull()
    .references(() => conversations.id),
});

/** Users, conversations and messages with the values that drizzle-seed chooses by the types and names of columns. */
export const drizzleSeed: Peer = {
  name: "drizzle-seed",
  what: "drizzle-seed, values of its own",
  timed: "Making and inserting users, conversations and messages.",
  async prepare({ spec }, { ownerUrl }) {
    const count = Math.min(spec.messages, MOST_MESSAGES);
    // A user and a conversation have as many messages as in the dataset.
    const counts = {
      users: Math.max(2, Math.round((spec.users * count) / spec.messages)),
      conversations: Math.max(1, Math.round((spec.conversations * count) / spec.messages)),
      messages: count,
    };
    await withClient(ownerUrl, dropDefinitions);
    const pool = new Pool({ connectionString: ownerUrl });
    // A server that is stopped under an idle connection is reported by the next query.
    pool.on("error", () => undefined);
    return async () => {
      const phases = new Phases();
      const database = drizzle(pool);
      await phases.time("rows", () =>
        seed(database, { users, conversations, messages }).refine(() => ({
          users: { count: counts.users },
          conversations: { count: counts.conversations },
          messages: { count: counts.messages },
        })),
      );
      await pool.end();
      return { rows: counts.users + counts.conversations + counts.messages, seconds: phases.seconds };
    };
  },
};
