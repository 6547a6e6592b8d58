import { expect } from "chai";
import { loadDataset } from "../../generator/load";
import type { DatasetSpec } from "../../generator/spec";
import { chatSchema } from "../support/chat-schema";
import { execute, withCopy } from "../support/database-copies";
import { setUp } from "../support/fixture";
import { failureOf } from "../support/rejection";
import { startTestServer, type TestDatabase } from "../support/server";

const spec: DatasetSpec = {
  messages: 5_000,
  users: 100,
  conversations: 100,
  seed: "mismatches",
  alpha: 1.8,
  windowDays: 90,
  windowEnd: "2025-10-01T00:00:00Z",
};
const silent = (): void => undefined;
const returnsNew = "RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$";

/** Changes of single columns, keys and checks, with what the error must say of each. */
const ofColumns: [sql: string, said: string][] = [
  [`ALTER TABLE users DROP COLUMN bio`, "users.bio does not exist"],
  [`ALTER TABLE users RENAME "firstName" TO first_name`, "users.firstName does not exist; users.first_name"],
  [`ALTER TABLE users RENAME "isOnline" TO "isOnlin"`, "users.isOnline does not exist; users.isOnlin"],
  [`ALTER TABLE users ALTER username TYPE varchar(10)`, "users.username has the type character varying(10)"],
  [`ALTER TABLE users ALTER email TYPE char(60)`, "users.email has the type character(60)"],
  [`ALTER TABLE users ALTER "lastSeenAt" TYPE date`, "users.lastSeenAt has the type date"],
  [`ALTER TABLE users ALTER "updatedAt" TYPE text`, "users.updatedAt has the type text"],
  [`ALTER TABLE users ALTER "typingIn" SET NOT NULL`, "users.typingIn is NOT NULL, but all rows"],
  [
    `ALTER TABLE users ALTER "profileImageUrl" SET NOT NULL`,
    "users.profileImageUrl is NOT NULL, but some rows",
  ],
  [
    `ALTER TABLE users ALTER "weeklyPushesUsed" DROP DEFAULT, ALTER "weeklyPushesUsed" TYPE boolean
    USING false`,
    "users.weeklyPushesUsed has the type boolean",
  ],
  [`ALTER TYPE "VisibilityType" RENAME VALUE 'PRIVATE' TO 'private'`, "lacks the label PRIVATE"],
  [`CREATE UNIQUE INDEX one_name ON users ("lastName")`, "users, unique index one_name"],
  [
    `CREATE SCHEMA auth CREATE TABLE users (id text PRIMARY KEY);
    ALTER TABLE users ADD CONSTRAINT signed_up FOREIGN KEY (id) REFERENCES auth.users`,
    "foreign key signed_up",
  ],
  [`ALTER TABLE users ADD CONSTRAINT young CHECK ("createdAt" > '2030-01-01')`, 'check constraint "young"'],
  [
    `CREATE TYPE kind AS ENUM ('DIRECT_MESSAGE', 'group');
    ALTER TABLE conversations ALTER type DROP DEFAULT, ALTER type TYPE kind USING 'group'`,
    "conversations.type has the type kind, which lacks the label GROUP_CHAT",
  ],
  [`ALTER TABLE conversations ALTER name SET NOT NULL`, "conversations.name is NOT NULL"],
  [`ALTER TABLE conversations ALTER "maxMembers" TYPE text`, "conversations.maxMembers has the type text"],
  [`ALTER TABLE conversations ALTER description TYPE varchar(12)`, "conversations.description has the type"],
  [`ALTER TABLE conversations DROP COLUMN "lastMessageId"`, "conversations.lastMessageId does not exist"],
  [`ALTER TABLE conversations ADD CONSTRAINT one_creator UNIQUE ("creatorId")`, "unique index one_creator"],
  [
    `ALTER TABLE conversations ALTER "isActive" DROP DEFAULT, ALTER "isActive" TYPE integer USING 1`,
    "conversations.isActive has the type integer",
  ],
  [`ALTER TYPE "ConversationRole" RENAME VALUE 'OWNER' TO 'CREATOR'`, "conversation_users.role has the type"],
  [
    `ALTER TABLE conversation_users ALTER "lastReadMessageId" SET NOT NULL`,
    "conversation_users.lastReadMessageId is NOT NULL",
  ],
  [
    `ALTER TABLE conversation_users ALTER "leftAt" TYPE bigint USING 0`,
    "conversation_users.leftAt has the type bigint",
  ],
  [
    `ALTER TABLE conversation_users ALTER "isMuted" DROP DEFAULT, ALTER "isMuted" TYPE text`,
    "conversation_users.isMuted has the type text",
  ],
  [`ALTER TABLE messages ALTER content SET NOT NULL`, "messages.content is NOT NULL"],
  [`ALTER TABLE messages ALTER content TYPE varchar(280)`, "texts of up to 5,000 characters"],
  [
    `ALTER TABLE messages ADD "sentAt" timestamp GENERATED ALWAYS AS ("createdAt") STORED,
    DROP "updatedAt", ADD "updatedAt" timestamp GENERATED ALWAYS AS ("createdAt") STORED`,
    "messages.updatedAt is a generated column",
  ],
  [`ALTER TABLE messages ALTER "editedAt" TYPE time`, "messages.editedAt has the type time"],
  [`ALTER TABLE messages ALTER "threadId" SET NOT NULL`, "messages.threadId is NOT NULL"],
  [`ALTER TABLE messages ADD at point NOT NULL`, "messages.at is an additional column of type point"],
  [`CREATE UNIQUE INDEX one_at_a_time ON messages ("createdAt")`, "messages, unique index one_at_a_time"],
  [
    `ALTER TABLE messages ALTER type DROP DEFAULT, ALTER type TYPE text[] USING '{}'`,
    "messages.type has the type text[]",
  ],
  [
    `CREATE FUNCTION stamp() ${returnsNew};
    CREATE TRIGGER stamp BEFORE INSERT ON messages FOR EACH ROW EXECUTE FUNCTION stamp()`,
    'messages, trigger "stamp"',
  ],
  [`ALTER TABLE messages ADD CONSTRAINT short CHECK (NOT "isEdited") NOT VALID`, 'check constraint "short"'],
  [
    `ALTER TABLE messages ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY`,
    "messages has row-level security",
  ],
  [`CREATE RULE no_files AS ON INSERT TO attachments DO INSTEAD NOTHING`, 'attachments, rule "no_files"'],
];

/** Changes of whole tables. */
const ofTables: [sql: string, said: string][] = [
  [`ALTER TABLE users RENAME TO members`, "users does not exist"],
  [
    `ALTER TABLE attachments RENAME TO files; CREATE VIEW attachments AS SELECT * FROM files`,
    "attachments is a view",
  ],
  [
    `ALTER TABLE message_reads RENAME TO reads;
    CREATE MATERIALIZED VIEW message_reads AS SELECT * FROM reads`,
    "message_reads is a materialized view",
  ],
  [`CREATE TABLE archived () INHERITS (conversations)`, "conversations has tables that inherit from it"],
  [
    `ALTER TABLE conversation_users RENAME TO all_members;
    CREATE TABLE everybody (LIKE all_members) PARTITION BY LIST (role);
    CREATE TABLE conversation_users PARTITION OF everybody DEFAULT`,
    "conversation_users is a partition",
  ],
];

describe("a load into tables that do not fit", () => {
  let database: TestDatabase;
  let plain: string[];

  setUp(async (undo) => {
    database = await (await startTestServer()).createDatabase();
    undo(() => database.drop());
    plain = await chatSchema(database.ownerUrl);
  });

  for (const [what, planted] of Object.entries({ columns: ofColumns, tables: ofTables })) {
    it(`names all ${planted.length} changes of ${what} at once, and changes nothing`, async () => {
      await withCopy(database, async ({ ownerUrl }) => {
        for (const [sql] of planted) await execute(ownerUrl, sql);
        const before = await chatSchema(ownerUrl);
        expect(before).to.not.deep.equal(plain);
        const error = await failureOf(loadDataset(ownerUrl, spec, silent));
        for (const [, said] of planted) expect(error.problem).to.include(said);
        expect(error.problem.match(/\n {2}- /g), error.problem).to.have.length(planted.length);
        expect(await chatSchema(ownerUrl)).to.deep.equal(before);
      });
    });
  }
});
