import { expect } from "chai";
import { Client } from "pg";
import { runExperiment } from "../../phase2/experiment";
import { applyIndexes, revertIndexes } from "../../phase2/indexes/build";
import { readIndexes } from "../../phase2/indexes/definitions";
import { takeCapture } from "../../phase2/measure/take-capture";
import { withClient } from "../../postgres/connection";
import { chatSchema } from "../support/chat-schema";
import { execute } from "../support/database-copies";
import { setUpEach } from "../support/fixture";
import { failureOf } from "../support/rejection";
import type { TestDatabase } from "../support/server";
import { all, filled, invalidateIn, names, presentIn } from "../support/phase2-indexes";

const silent = (): void => undefined;

describe("the indexes of phase 2", () => {
  let database: TestDatabase;
  let unchanged: string[];

  setUpEach(async (undo) => {
    database = await filled(undo);
    unchanged = await chatSchema(database.ownerUrl);
  });

  const present = (url = database.ownerUrl): Promise<Record<string, boolean>> => presentIn(url);
  const invalidate = (name: string): Promise<void> => invalidateIn(database, name);

  it("are those of the schema's description", async () => {
    await applyIndexes(database.ownerUrl, { log: silent });
    const definitions = await withClient(database.ownerUrl, async (client) =>
      (await readIndexes(client))
        .filter(({ name }) => names.includes(name))
        .map(({ definition }) => definition.replace(/^.* ON public\./, "")),
    );
    expect(definitions).to.have.members([
      'messages USING btree ("conversationId", "createdAt" DESC)',
      'conversation_users USING btree ("userId", "isActive") INCLUDE ("conversationId")',
      'conversations USING btree ("updatedAt" DESC)',
    ]);
  });

  it("are built once, with how long that took, and the schema is as before when they are gone", async () => {
    const lines: string[] = [];
    await applyIndexes(database.ownerUrl, { log: (line) => lines.push(line) });
    expect(await present()).to.deep.equal(all);
    expect(lines.filter((line) => /^✓ \S+: built in [\d.]+ s, \d+ kB$/.test(line))).to.have.length(3);
    const built = await withClient(database.ownerUrl, readIndexes);
    for (const { name, build_seconds } of built) {
      if (names.includes(name)) expect(build_seconds, name).to.be.greaterThan(0);
      else expect(build_seconds, name).to.equal(undefined);
    }

    const again: string[] = [];
    await applyIndexes(database.ownerUrl, { log: (line) => again.push(line) });
    expect(again).to.deep.equal(names.map((name) => `✓ ${name}: is there already`));
    expect(await withClient(database.ownerUrl, readIndexes)).to.deep.equal(built);

    await revertIndexes(database.ownerUrl, silent);
    expect(await chatSchema(database.ownerUrl)).to.deep.equal(unchanged);
    await revertIndexes(database.ownerUrl, silent);
    expect(await chatSchema(database.ownerUrl)).to.deep.equal(unchanged);
  });

  it("are built again when a failed build left them invalid, and dropped like others", async () => {
    await applyIndexes(database.ownerUrl, { log: silent });
    await invalidate(names[0]!);
    const lines: string[] = [];
    await applyIndexes(database.ownerUrl, { log: (line) => lines.push(line) });
    expect(lines).to.include(`${names[0]}: left invalid by a failed build; it is built anew`);
    expect(await present()).to.deep.equal(all);
    await invalidate(names[1]!);
    const said: string[] = [];
    const options = { kind: "post-optimization", seed: "a", log: (line: string) => said.push(line) } as const;
    await failureOf(takeCapture(database.ownerUrl, options));
    expect(said[0]).to.match(
      new RegExp(
        `^! Index ${names[1]!} is invalid: a build that was stopped left it. It serves no query, takes .*, and every insert into conversation_users writes it. --apply builds it anew, --revert drops it.$`,
      ),
    );
    await revertIndexes(database.ownerUrl, silent);
    expect(await chatSchema(database.ownerUrl)).to.deep.equal(unchanged);
  });

  it("of the same name that the database had before stay, and are named", async () => {
    await execute(database.ownerUrl, `CREATE INDEX "${names[2]!}" ON conversations ("updatedAt" DESC)`);
    await applyIndexes(database.ownerUrl, { log: silent });
    const lines: string[] = [];
    await revertIndexes(database.ownerUrl, (line) => lines.push(line));
    expect(await present()).to.deep.equal({ [names[2]!]: true });
    expect(lines[0]).to.equal(
      `! ${names[2]!}: stays, because it is the database's own, and phase 2 did not build it; to drop it: DROP INDEX CONCURRENTLY public."${names[2]!}"`,
    );
  });

  it("that the file drops go, are measured as they were, and come back with their comment", async () => {
    const name = "messages_conversationId_idx";
    await execute(database.ownerUrl, `COMMENT ON INDEX "${name}" IS 'for rooms; it''s ours'`);
    const before = await chatSchema(database.ownerUrl);
    const removals = [{ name, line: 1 }];
    const [indexes, lines] = [[], [] as string[]];
    const log = (line: string): unknown => lines.push(line);
    await applyIndexes(database.ownerUrl, { indexes, removals, log });
    const there = async (): Promise<boolean> =>
      (await withClient(database.ownerUrl, readIndexes)).some((index) => index.name === name);
    expect(await there()).to.equal(false);

    const tried = { seed: "a", blocks: 2, passes: 1, indexes, removals, log: silent };
    const { pre, post } = await runExperiment(database.ownerUrl, tried);
    expect(pre.indexes.map((index) => index.name)).to.include(name);
    expect(post.indexes.map((index) => index.name)).not.to.include(name);
    expect(await there()).to.equal(false);

    await applyIndexes(database.ownerUrl, { indexes, removals, log });
    await revertIndexes(database.ownerUrl, log);
    expect(lines.filter((line) => line.includes(name))).to.deep.equal([
      `✓ ${name}: dropped; --revert builds it again`,
      `✓ ${name}: is dropped already`,
      `✓ ${name}: built again`,
    ]);
    expect(await chatSchema(database.ownerUrl)).to.deep.equal(before);
    const { rows } = await withClient(database.ownerUrl, (client) =>
      client.query("SELECT FROM pg_namespace WHERE nspname = 'chat_perf'"),
    );
    expect(rows, "a schema with nothing in it").to.deep.equal([]);
  });

  it("are reported while they are built, with whom a build waits for, and can be built while rows are written", async () => {
    const writer = new Client(database.appUrl);
    await writer.connect();
    try {
      await writer.query(`BEGIN; UPDATE messages SET "isEdited" = true`);
      let waiting: (line: string) => void;
      const seen = new Promise<string>((resolve) => (waiting = resolve));
      const applied = applyIndexes(database.ownerUrl, {
        reportEveryMs: 20,
        log: (line) => {
          if (line.includes("waiting for writers")) waiting(line);
        },
      });
      const { rows } = await writer.query<{ pid: number }>("SELECT pg_backend_pid() AS pid");
      expect(await seen).to.equal(`${names[0]}: waiting for writers before build (process ${rows[0]!.pid})`);
      await writer.query("COMMIT");
      await applied;
    } finally {
      await writer.end();
    }
    expect(await present()).to.deep.equal(all);
  });

  it("are left invalid by a build that is cancelled, which the next run mends", async () => {
    const writer = new Client(database.appUrl);
    await writer.connect();
    try {
      await writer.query(`BEGIN; UPDATE messages SET "isEdited" = true`);
      const applied = failureOf(
        applyIndexes(database.ownerUrl, {
          reportEveryMs: 20,
          log: (line) => {
            if (!line.includes("waiting for writers")) return;
            void execute(
              database.adminUrl,
              "SELECT pg_cancel_backend(pid) FROM pg_stat_progress_create_index WHERE datname = current_database()",
            );
          },
        }),
      );
      expect((await applied).message).to.match(/^The build of the indexes was stopped: .*user request/);
    } finally {
      await writer.end();
    }
    expect(await present()).to.deep.equal({ [names[0]!]: false });
    await applyIndexes(database.ownerUrl, { log: silent });
    expect(await present()).to.deep.equal(all);
  });

  it("are estimated from above, and not by much", async () => {
    const lines: string[] = [];
    await execute(database.ownerUrl, "ANALYZE");
    await applyIndexes(database.ownerUrl, { log: (line) => lines.push(line) });
    const [, figure, unit] = /~([\d.]+) (kB|MB)/.exec(lines[0]!)!;
    const estimate = Number(figure) * (unit === "kB" ? 1e3 : 1e6);
    const { rows } = await withClient(database.ownerUrl, (client) =>
      client.query<{ bytes: string }>(
        "SELECT sum(pg_relation_size(i.oid)) AS bytes FROM pg_class i WHERE relname = ANY ($1)",
        [names],
      ),
    );
    expect(estimate / Number(rows[0]!.bytes)).to.be.within(1, 4);
  });
});
