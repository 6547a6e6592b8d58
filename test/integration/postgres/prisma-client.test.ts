import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PrismaPg } from "@prisma/adapter-pg";
import { expect } from "chai";
import { generateClient } from "../../../prisma/generate-client";
import { setUp } from "../../support/fixture";
import { startTestServer, type TestDatabase } from "../../support/server";

/** The part of a generated client that the test uses. */
interface Rows {
  create(args: { data: object }): Promise<{ id: string }>;
  findMany(): Promise<object[]>;
}
type Client = Record<string, Rows> & { $disconnect(): Promise<void> };
interface Generated {
  PrismaClient: new (options: { adapter: PrismaPg }) => Client;
}

describe("a generated Prisma client", function () {
  this.timeout(180_000);
  let folder: string;
  let database: TestDatabase;
  let client: Client;

  setUp(async (undo) => {
    folder = mkdtempSync(join(tmpdir(), "chat-perf-prisma-"));
    undo(() => {
      rmSync(folder, { recursive: true, force: true });
    });
    database = await (await startTestServer()).createDatabase();
    undo(() => database.drop());
    const { PrismaClient } = await generateClient<Generated>(folder);
    client = new PrismaClient({ adapter: new PrismaPg({ connectionString: database.appUrl }) });
    undo(() => client.$disconnect());
  });

  it("writes and reads every table as the application role", async () => {
    const make = async (model: string, data: object): Promise<string> =>
      (await client[model]!.create({ data })).id;
    const userId = await make("user", { email: "syn_1@example.com", username: "syn_1" });
    const conversationId = await make("conversation", { creatorId: userId, type: "GROUP_CHAT" });
    await make("conversationUser", { userId, conversationId, role: "OWNER" });
    const text = { senderId: userId, conversationId, content: "hello", metadata: { mood: "fine" } };
    const messageId = await make("message", text);
    await make("message", { ...text, type: "IMAGE", replyToId: messageId });
    await make("messageRead", { userId, messageId });
    const file = {
      filename: "a.png",
      originalName: "a.png",
      mimeType: "image/png",
      size: 1,
      url: "https://example.com",
    };
    await make("attachment", { ...file, type: "IMAGE", uploaderId: userId, messageId });

    const rows = async (model: string): Promise<object[]> => client[model]!.findMany();
    expect(await rows("user")).to.have.lengthOf(1);
    expect((await rows("conversation"))[0]).to.include({
      type: "GROUP_CHAT",
      isActive: true,
      lastMessageId: null,
    });
    expect((await rows("conversationUser"))[0]).to.include({ role: "OWNER", isMuted: false });
    expect((await rows("message"))[1]).to.deep.include({ replyToId: messageId, metadata: { mood: "fine" } });
    expect((await rows("messageRead"))[0]).to.include({ userId, messageId });
    expect((await rows("attachment"))[0]).to.include({ type: "IMAGE", size: 1 });
  });
});
