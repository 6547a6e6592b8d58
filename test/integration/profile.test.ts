import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { distances, isFar } from "../../profile/distances";
import { profileOf } from "../../profile/lines";
import type { Distribution, Profile } from "../../profile/profile";
import { readProfile, writeProfile } from "../../profile/profile-file";
import { profileScript } from "../../profile/script";
import { takeProfile } from "../../profile/take";
import { withClient } from "../../postgres/connection";
import { chatDatasetSql } from "../support/chat-dataset";
import { execute, withCopy } from "../support/database-copies";
import { setUp } from "../support/fixture";
import { skipWithout } from "../support/needs";
import { failureOf } from "../support/rejection";
import { profileErrors } from "../support/report-schema";
import { startTestServer, type TestDatabase, temporaryFolder } from "../support/server";

const silent = (): void => undefined;
const of = (url: string): Promise<Profile> => takeProfile(url, silent);

/** The marginals that differ, without what they are divided by. */
function differing(one: Profile, other: Profile): string[] {
  const far = distances(one, other).filter(isFar);
  return [...new Set(far.map(({ marginal }) => marginal.replace(/ \(.*/, "")))].toSorted();
}

async function rows<Row extends object>(url: string, sql: string): Promise<Row[]> {
  return withClient(url, async (client) => (await client.query<Row>(sql)).rows);
}

describe("the profile of a database", () => {
  let database: TestDatabase;
  let profile: Profile;

  setUp(async (undo) => {
    const server = await startTestServer();
    database = await server.createDatabase();
    undo(() => database.drop());
    await execute(database.ownerUrl, chatDatasetSql({ users: 100, conversations: 400 }));
    profile = await of(database.ownerUrl);
  });

  it("has the shares that SQL counts, at each of its edges", async () => {
    const sizes = await rows<{ type: string; n: number }>(
      database.ownerUrl,
      `SELECT c.type::text, count(*)::int AS n FROM messages m JOIN conversations c ON c.id = m."conversationId" GROUP BY c.id`,
    );
    for (const type of ["DIRECT_MESSAGE", "GROUP_CHAT"]) {
      const all = sizes.filter((room) => room.type === type);
      const { members, knots } = profile.distributions["messages-per-room"]![type]!;
      expect(members).to.equal(all.length);
      expect(knots.length).to.be.greaterThan(3);
      for (const [below, share] of knots) {
        expect(share).to.be.closeTo(all.filter(({ n }) => n < below).length / all.length, 1e-4);
      }
    }
  });

  it("is a file that is read again as it was written, and valid under its published schema", () => {
    const file = join(temporaryFolder("profile"), "profile.json");
    writeProfile(file, profile);
    expect(readProfile(file)).to.deep.equal(profile);
    expect(profileErrors(readFileSync(file, "utf8"))).to.deep.equal([]);
    writeFileSync(file, JSON.stringify({ ...profile, version: 2 }));
    expect(() => readProfile(file)).to.throw(/is no profile of version 1: version /);
  });

  it("knows gaps, bursts and unread messages in the order of each room", async () => {
    const gaps = await rows<{ gap: number | null }>(
      database.ownerUrl,
      `SELECT date_part('epoch', "createdAt" - lag("createdAt") OVER (PARTITION BY "conversationId" ORDER BY "createdAt")) AS gap FROM messages`,
    );
    const known = gaps.flatMap(({ gap }) => (gap === null ? [] : [gap]));
    const bursts = gaps.filter(({ gap }) => gap === null || gap > 1800).length;
    const { members, knots } = profile.distributions.gaps![""]!;
    expect(members).to.be.closeTo(known.length, known.length * 1e-3);
    for (const [below, share] of knots) {
      expect(share).to.be.closeTo(known.filter((gap) => gap < below).length / known.length, 1e-4);
    }
    const lengths = profile.distributions["messages-per-burst"]![""]!;
    expect(lengths.members).to.be.closeTo(bursts, bursts * 1e-3);
    expect(lengths.mean * lengths.members).to.be.closeTo(gaps.length, gaps.length * 2e-3);
    // Nobody has read anything in these rows.
    const unread = profile.distributions["unread-messages"]![""]!;
    expect(unread.mean).to.be.closeTo(gaps.length / 400, 1);
  });

  it("is the same by psql's output of the script", async function () {
    await skipWithout(this, "psql");
    const file = join(temporaryFolder("profile"), "profile.sql");
    writeFileSync(file, profileScript());
    const output = execFileSync(
      "psql",
      ["--no-psqlrc", "-AtqX", "-v", "ON_ERROR_STOP=1", "-f", file, database.ownerUrl],
      {
        encoding: "utf8",
      },
    );
    expect(profileOf(output.split("\n"), "output")).to.deep.equal(profile);
  });

  it("needs SELECT only, and changes nothing", async () => {
    await execute(
      database.ownerUrl,
      `REVOKE INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public FROM ${database.appRole}`,
    );
    expect(await of(database.appUrl)).to.deep.equal(profile);
    await execute(database.ownerUrl, `REVOKE SELECT ON attachments FROM ${database.appRole}`);
    const { message } = await failureOf(of(database.appUrl));
    expect(message).to.match(/may not read all rows: permission denied for table attachments/);
  });

  it("says what is no chat database", async () => {
    await withCopy(database, async ({ ownerUrl }) => {
      await execute(ownerUrl, "DROP TABLE attachments");
      const { message } = await failureOf(of(ownerUrl));
      expect(message).to.match(/not a database with the chat schema: relation "attachments" does not exist/);
    });
  });

  for (const [what, sql, expected] of [
    ["no replies", `UPDATE messages SET "replyToId" = NULL`, ["replies", "time-to-reply"]],
    [
      "a flat day",
      `UPDATE messages SET "createdAt" = date_trunc('day', "createdAt") + random() * interval '1 day'`,
      ["hours-of-week"],
    ],
    ["long texts", "UPDATE messages SET content = repeat(content, 3)", ["bytes-of-text"]],
    [
      "half of the texts",
      "UPDATE messages SET content = NULL WHERE right(id, 1) < '5'",
      ["messages-with-text"],
    ],
    ["many edits", `UPDATE messages SET "isEdited" = true`, ["edited-messages"]],
  ] as const) {
    it(`differs by its own lines with ${what}`, async () => {
      await withCopy(database, async ({ ownerUrl }) => {
        await execute(ownerUrl, sql);
        expect(differing(await of(ownerUrl), profile)).to.include.members([...expected]);
        expect(
          differing(await of(ownerUrl), profile).filter((name) => !/gaps|burst|time-to/.test(name)),
        ).to.deep.equal(expected.filter((name) => !name.includes("time-to")));
      });
    });
  }
});

describe("the privacy of a profile", () => {
  /** Everything that could point to a person or a room. */
  const marked = `
    UPDATE users SET email = 'MARKER' || email, username = 'MARKER' || username, bio = 'MARKER';
    UPDATE conversations SET name = 'MARKER', description = 'MARKER';
    UPDATE messages SET content = 'MARKER ' || content;
    UPDATE messages SET content = repeat('x', 54321) WHERE id = (SELECT min(id) FROM messages);
    UPDATE attachments SET filename = 'MARKER', url = 'MARKER', size = 987654321 WHERE id = (SELECT min(id) FROM attachments)`;

  it("keeps ids, texts, names and extreme values out of it", async () => {
    const server = await startTestServer();
    const database = await server.createDatabase();
    try {
      await execute(database.ownerUrl, chatDatasetSql());
      await execute(database.ownerUrl, marked);
      const text = JSON.stringify(await of(database.ownerUrl));
      expect(text).not.to.match(/MARKER|c0000|54321|987654321|example/);
      expect(text.length).to.be.greaterThan(2_000);
    } finally {
      await database.drop();
    }
  });

  it("tells nothing but row counts of 14 users, or of 14 rooms", async () => {
    const server = await startTestServer();
    for (const size of [
      { users: 14, conversations: 200 },
      { users: 100, conversations: 14, smallest: 50 },
    ]) {
      const database = await server.createDatabase();
      try {
        await execute(database.ownerUrl, chatDatasetSql(size));
        const { distributions, shares, windowDays } = await of(database.ownerUrl);
        expect({ distributions, shares, windowDays }).to.deep.equal({
          distributions: {},
          shares: {},
          windowDays: null,
        });
      } finally {
        await database.drop();
      }
    }
  });

  it("has 15 users and 15 rooms in each cell, whatever the sizes", async () => {
    const server = await startTestServer();
    for (const [users, conversations, smallest] of [
      [20, 60, 2],
      [30, 150, 1],
      [60, 30, 10],
      [200, 100, 2],
      [25, 400, 1],
    ] as const) {
      const database = await server.createDatabase();
      try {
        await execute(database.ownerUrl, chatDatasetSql({ users, conversations, smallest }));
        const { distributions } = await of(database.ownerUrl);
        await expectCells(
          database.ownerUrl,
          distributions["bytes-of-text"] ?? {},
          (type) =>
            `SELECT octet_length(content) AS value, "senderId" AS person, "conversationId" AS room FROM messages WHERE type = '${type}'`,
        );
        await expectCells(
          database.ownerUrl,
          distributions["messages-per-room"] ?? {},
          (type) =>
            `SELECT n AS value, u."userId" AS person, room FROM (SELECT "conversationId" AS room, count(*) AS n FROM messages
             GROUP BY 1) r JOIN conversations c ON c.id = room AND type = '${type}' JOIN conversation_users u ON u."conversationId" = room`,
        );
      } finally {
        await database.drop();
      }
    }
  });
});

/** Expects that each cell between two knots, below the first and from the last one on has enough users and rooms. */
async function expectCells(
  url: string,
  parts: Record<string, Distribution>,
  members: (part: string) => string,
): Promise<void> {
  for (const [part, { knots }] of Object.entries(parts)) {
    const cuts = knots.map(([below]) => below);
    const cells = await rows<{ people: number; rooms: number }>(
      url,
      `SELECT count(DISTINCT person)::int AS people, count(DISTINCT room)::int AS rooms FROM (${members(part)}) members
       GROUP BY width_bucket(value::float8, '{${cuts.join(",")}}'::float8[])`,
    );
    expect(cells.length, part).to.equal(cuts.length + 1);
    for (const { people, rooms: behind } of cells) {
      expect(people, `users of ${part}`).to.be.at.least(15);
      expect(behind, `rooms of ${part}`).to.be.at.least(15);
    }
  }
}
