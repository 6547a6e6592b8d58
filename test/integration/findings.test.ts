import { expect } from "chai";
import { loadDataset, type DatasetState } from "../../generator/load";
import type { DatasetSpec } from "../../generator/spec";
import { withClient } from "../../postgres/connection";
import type { Analysis, Finding } from "../../validation/findings/finding";
import { findFindings } from "../../validation/findings/find-findings";
import type { FindingContext } from "../../validation/findings/question";
import { withSnapshot } from "../../validation/snapshot";
import { execute, withCopy } from "../support/database-copies";
import { setUp } from "../support/fixture";
import { foreign, otherDatabases } from "../support/other-databases";
import { plantedFindings } from "../support/planted-findings";
import { failureOf } from "../support/rejection";
import { startTestServer, type TestDatabase } from "../support/server";

const spec: DatasetSpec = {
  messages: 30_000,
  users: 500,
  conversations: 400,
  seed: "findings",
  alpha: 1.8,
  windowDays: 90,
  windowEnd: "2025-10-01T00:00:00Z",
};

interface Found {
  findings: Finding[];
  analysis: Analysis;
}

function find(url: string, context: FindingContext = { spec }): Promise<Found> {
  return withSnapshot(url, (snapshot) => findFindings(snapshot, context));
}

/** Findings that are neither good nor unknown, with their figures. */
function striking({ findings }: Found): Record<string, number | null> {
  return Object.fromEntries(
    findings
      .filter(({ outcome }) => outcome === "notice" || outcome === "problem")
      .map(({ key, value }) => [key, value]),
  );
}

function withOutcome({ findings }: Found, outcome: Finding["outcome"]): string[] {
  return findings.filter((finding) => finding.outcome === outcome).map(({ key }) => key);
}

describe("findings on a dataset", function () {
  let sound: TestDatabase;
  let loaded: DatasetState;

  setUp(async (undo) => {
    sound = await (await startTestServer()).createDatabase();
    undo(() => sound.drop());
    loaded = await loadDataset(sound.ownerUrl, spec, () => undefined);
  });

  /** The findings on a copy after its owner has changed it. */
  function findAfter(sql: string, context?: FindingContext): Promise<Found> {
    return withCopy(sound, async ({ ownerUrl, appUrl }) => {
      await execute(ownerUrl, sql);
      return find(appUrl, context);
    });
  }

  describe("of ours", () => {
    let found: Found;

    setUp(async () => {
      found = await find(sound.appUrl, { spec, fingerprint: loaded.fingerprint });
    });

    it("are all good", () => {
      expect(striking(found)).to.deep.equal({});
      expect(withOutcome(found, "unknown")).to.deep.equal([]);
      expect(new Set(found.findings.map(({ key }) => key)).size).to.equal(15);
    });

    it("have their SQL, which runs by itself, and their time", async () => {
      await withClient(sound.appUrl, async (client) => {
        for (const { key, sql, seconds, measured, expected } of found.findings) {
          if (key !== "recovered_alpha") expect(sql, key).not.to.be.empty;
          expect([measured, expected]).to.not.include("");
          expect(seconds).to.be.at.least(0);
          for (const statement of sql) await client.query(statement);
        }
      });
    });

    it("recover the parameters that were requested", () => {
      expect(found.analysis.fit).to.include({ requestedAlpha: 1.8, conversations: 400 });
      expect(found.analysis.fit!.alpha).to.be.closeTo(1.8, 0.02);
    });

    it("have the figures of the charts, adding up to the dataset", () => {
      const { ccdf, lorenz, gini, week, textLengths } = found.analysis;
      expect(ccdf[0]!.share).to.equal(1);
      expect(ccdf.at(-1)!.share).to.be.at.least(1 / 400);
      expect(ccdf.length).to.be.at.most(200);
      expect(lorenz.at(-1)).to.deep.equal({ conversations: 1, messages: 1 });
      expect(gini).to.be.within(0.6, 0.9);
      expect(week.map((day) => day.length)).to.deep.equal(Array(7).fill(24));
      expect(week.flat().reduce((a, b) => a + b)).to.equal(30_000);
      expect(textLengths[0]!.from).to.equal(1);
      textLengths.slice(1).forEach(({ from }, i) => expect(from).to.equal(textLengths[i]!.to + 1));
    });

    it("count weekdays and hours as the server does", async () => {
      await withClient(sound.appUrl, async (client) => {
        const { rows } = await client.query<{ day: number; hour: number; count: string }>(
          `SELECT extract(isodow FROM "createdAt")::int AS day, extract(hour FROM "createdAt")::int AS hour, count(*)
           FROM messages GROUP BY 1, 2`,
        );
        for (const { day, hour, count } of rows) {
          expect(found.analysis.week[day - 1]![hour]).to.equal(Number(count));
        }
      });
    });

    it("are the same in another time zone", async () => {
      const { analysis } = await find(`${sound.appUrl}?options=-c%20timezone%3DAsia/Tokyo`);
      expect(analysis.week).to.deep.equal(found.analysis.week);
    });

    it("notice that another alpha was requested", async () => {
      const other = await find(sound.appUrl, { spec: { ...spec, alpha: 2 } });
      expect(Object.keys(striking(other))).to.deep.equal(["recovered_alpha"]);
    });

    it("notice one changed character by the fingerprint", async () => {
      const sql = `UPDATE messages SET content = content || '.' WHERE id = (SELECT min(id) FROM messages WHERE content <> '');`;
      const changed = await findAfter(sql, { spec, fingerprint: loaded.fingerprint });
      expect(striking(changed)).to.deep.equal({ fingerprint: 1 });
      expect(changed.findings.find(({ key }) => key === "fingerprint")!.measured).to.match(/messages$/);
    });
  });

  /** All texts of a result without the numbers, because a time or a distance may contain any digits. */
  function textsOf(result: object): string {
    return JSON.stringify(result, (_, value: unknown) => (typeof value === "number" ? undefined : value));
  }

  describe("name just what is wrong", () => {
    for (const { name, sql, found, secret } of plantedFindings) {
      it(`when ${name}`, async () => {
        const result = await findAfter(sql);
        const bad = striking(result);
        expect(bad).to.have.all.keys(found);
        for (const [key, count] of Object.entries(found)) {
          if (count === undefined) continue;
          expect(bad[key], key).to.equal(count);
          const { samples } = result.findings.find((finding) => finding.key === key)!;
          expect(samples).to.have.length(count);
          for (const { id, masked } of samples) {
            expect(id).to.match(/^c[0-9a-z]{24}$/);
            expect(masked).to.match(/^(.….)? ?\([0-9]+ characters\)$/);
          }
        }
        if (secret !== undefined) expect(textsOf(result)).to.not.include(secret);
      });
    }

    it("among others, when sizes follow no power law and are nearly even", async () => {
      const changed = await findAfter(`
        UPDATE messages SET "conversationId" = room.id FROM (
          SELECT id, row_number() OVER () - 1 AS number FROM conversations) AS room
        WHERE room.number = abs(hashtext(messages.id)) % 400;`);
      expect(striking(changed)).to.include.keys("power_law_fit", "recovered_alpha", "inequality");
      expect(changed.findings[0]).to.include({ key: "power_law_fit", outcome: "problem" });
      expect(changed.findings[0]!.measured).to.match(/a log-normal law fits better/);
    });

    it("among others, when messages come evenly round the clock and the week", async () => {
      const changed = await findAfter(
        `UPDATE messages SET "createdAt" = timestamp '2025-01-01' + abs(hashtext(id)) % 1344 * interval '1 hour';`,
      );
      expect(striking(changed)).to.include.keys("week_profile", "replies", "last_message");
      expect(striking(changed).week_profile).to.be.closeTo(0.25, 0.03);
    });

    it("with ten samples at most", async () => {
      const result = await findAfter(
        `UPDATE messages SET content = 'jane' || id || '@company.org' WHERE type = 'TEXT';`,
      );
      const { value, samples, measured } = result.findings.find(({ key }) => key === "email_domains")!;
      expect(samples).to.have.length(10);
      // There are more rows than the finding reads.
      expect(value).to.equal(10_001);
      expect(measured).to.match(/^at least 10001 rows/);
      expect(JSON.stringify(result)).to.not.include("company");
    });
  });

  describe("survive a database that others made:", () => {
    for (const { name, sql, unknown } of otherDatabases) {
      it(name, async () => {
        const found = await withCopy(sound, async ({ appUrl }) => {
          const admin = appUrl.replace(/\/\/[^@]*@/, `//${/\/\/([^@]*)@/.exec(sound.adminUrl)![1]!}@`);
          await execute(admin, `SET allow_system_table_mods = on; ${sql.replace("{app}", sound.appRole)}`);
          return find(appUrl, {});
        });
        expect(found.findings).to.have.length(15);
        expect(withOutcome(found, "unknown")).to.have.members([...unknown, ...foreign]);
        for (const { outcome, measured } of found.findings) {
          if (outcome === "unknown") expect(measured).to.match(/\.$/);
        }
        expect(JSON.parse(JSON.stringify(found))).to.deep.equal(found);
      });
    }

    it("messages alone, with other types", async () => {
      const found = await withCopy(sound, async ({ ownerUrl, appUrl }) => {
        await execute(
          ownerUrl,
          `DROP TABLE messages, conversations, users, conversation_users, attachments, message_reads;
           CREATE TABLE messages (id bigserial, "conversationId" integer, "createdAt" timestamptz, content varchar);
           INSERT INTO messages ("conversationId", "createdAt", content)
           SELECT sqrt(n)::int, nullif(timestamptz '1969-01-01' + n * interval '7 h', 'infinity'), 'call +49 30 901820'
           FROM generate_series(1, 5000) n;
           INSERT INTO messages ("createdAt") VALUES ('infinity'), ('-infinity'), (NULL);`,
        );
        return find(appUrl, {});
      });
      const { phone_numbers, ...others } = striking(found);
      expect(phone_numbers).to.equal(5000);
      expect(others).to.have.all.keys("inequality", "week_profile", "text_lengths");
      expect(found.analysis.week.flat().reduce((a, b) => a + b)).to.equal(5000);
    });
  });

  it("end in an error that says why when the server stops a statement", async () => {
    await withCopy(sound, async ({ ownerUrl, appUrl }) => {
      await withClient(ownerUrl, async (owner) => {
        await owner.query("BEGIN; LOCK TABLE messages IN ACCESS EXCLUSIVE MODE");
        const failure = await failureOf(find(`${appUrl}?options=-c%20statement_timeout%3D300`));
        expect(failure.message).to.match(/stopped by the server/);
      });
    });
  });
});
