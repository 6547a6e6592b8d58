import { expect } from "chai";
import { Client } from "pg";
import { clearDataset, loadDataset, type DatasetState } from "../../generator/load";
import { Stream } from "../../common/random";
import { withClient } from "../../postgres/connection";
import { restartServer, serverState } from "../../postgres/embedded-server";
import { waitUntilReady } from "../../postgres/readiness";
import { chatSchema, deadRows } from "../support/chat-schema";
import { postmasterPid } from "../support/embedded";
import { setUp, setUpEach } from "../support/fixture";
import { GenerateRun } from "../support/generate-run";
import { describeMoment, type Moment, phases, reached } from "../support/load-moments";
import { ended } from "../support/processes";
import { startOwnServer, type TestDatabase, type TestServer } from "../support/server";

/** A dataset of five shards, which two workers share on a machine with two processors. */
const SIZES = ["--messages=45000", "--users=500", "--conversations=400"];
const silent = (): void => undefined;

/** The processes that are killed: a worker, the run itself, the server's process for it, or the whole server. */
const victims = ["worker", "parent", "backend", "postmaster"] as const;
type Victim = (typeof victims)[number];

/** The number of kills of each victim, by phase. */
const KILLS = [3, 1, 1, 1, 1];

/** When this many shards are left, workers have ended or are about to end. */
const LAST_PARTS = 3;

interface Kill extends Moment {
  number: number;
  victim: Victim;
}

/** Draws random moments for every victim in every phase. Workers exist in the first phase only. */
function drawKills(): Kill[] {
  const moments = new Stream("kills", "moment");
  return phases
    .flatMap(({ units }, phase) =>
      victims
        .filter((victim) => victim !== "worker" || phase === 0)
        .flatMap((victim) => Array.from({ length: KILLS[phase]! }, () => ({ victim, phase, units }))),
    )
    .map(({ victim, phase, units }, number) => ({
      number,
      victim,
      phase,
      // Workers are killed after the first shard and before the last ones, when all of them run.
      left:
        victim === "worker"
          ? units - 1 - moments.below(number, units - 1 - LAST_PARTS)
          : units - moments.below(number, units),
    }));
}

interface Line {
  part: string;
  number: number;
  loadedAt: string;
}

/** The parts before the first one that was not committed. */
function untilGap(lines: Line[]): Line[] {
  const order = [
    ...["users", "conversations", "conversation_users"].map((part) => ({ part, number: 0 })),
    ...Array.from({ length: phases[0]!.units - 3 }, (_, number) => ({ part: "messages", number })),
  ];
  const found = order.map(({ part, number }) =>
    lines.find((line) => line.part === part && line.number === number),
  );
  const gap = found.indexOf(undefined);
  return (gap === -1 ? found : found.slice(0, gap)) as Line[];
}

/** The committed shards. A shard that is loaded again has a new time. */
const ledger = `SELECT part, number, loaded_at::text AS "loadedAt" FROM chat_perf.shard ORDER BY part, number`;

describe("a load that is killed", () => {
  let server: TestServer;
  let database: TestDatabase;
  let schema: string[];
  let whole: DatasetState;

  setUp(async (undo) => {
    server = await startOwnServer();
    undo(() => server.stop());
    database = await server.createDatabase();
    schema = await chatSchema(database.ownerUrl);
    const run = new GenerateRun(database.ownerUrl, ...SIZES);
    expect(await run.ending).to.have.property("code", 0);
    whole = await loadDataset(database.ownerUrl, run.spec, silent);
  });

  setUpEach((undo) => {
    undo(async () => {
      if (serverState(server.dataDirectory) === "stopped") await restartServer(server.dataDirectory, silent);
    });
  });

  async function pidOf(
    { victim, phase, left, number }: Kill,
    run: GenerateRun,
    client: Client,
  ): Promise<number> {
    const oneOf = (pids: number[]): number => pids[new Stream("kills", "victim").below(number, pids.length)]!;
    switch (victim) {
      case "worker":
        return oneOf(run.workers());
      case "parent":
        return run.pid;
      case "postmaster":
        return postmasterPid(server);
      case "backend": {
        const { rows } = await client.query<{ pid: number }>(
          `SELECT pid FROM pg_stat_activity WHERE usename = $1 AND application_name = 'chat-perf'
           ORDER BY backend_start`,
          [database.ownerRole],
        );
        const pids = rows.map(({ pid }) => pid);
        // At the end of the first phase, and in the last one, only the first connection certainly has work left. The
        // others are about to be closed.
        const lastParts = phase === 0 && left <= LAST_PARTS;
        return lastParts || phase === phases.length - 1 ? pids[0]! : oneOf(pids);
      }
    }
  }

  for (const kill of drawKills()) {
    it(`ends in the same dataset: ${kill.victim}, ${describeMoment(kill)}`, async () => {
      await clearDataset(database.ownerUrl, silent);
      const run = new GenerateRun(database.ownerUrl, ...SIZES);
      const watcher = new Client(database.adminUrl);
      watcher.on("error", silent);
      await watcher.connect();
      let lines: Line[];
      let workers: number[];
      try {
        await reached(
          watcher,
          kill,
          run.ending.then(({ output }) => output),
        );
        lines = (await watcher.query<Line>(ledger)).rows;
        workers = run.workers();
        process.kill(await pidOf(kill, run, watcher), "SIGKILL");
      } finally {
        await watcher.end().catch(silent);
      }

      const { code, output } = await run.ending;
      await ended(workers);
      if (kill.victim === "parent") expect(code).to.equal(null);
      else
        expect(output, output).to.match(
          /\n(The load was interrupted: |Cannot connect to PostgreSQL)(?!(.|\n)*\n {4}at )/,
        );
      if (kill.victim === "postmaster") await restartServer(server.dataDirectory, silent);
      await waitUntilReady(database.adminUrl, { timeoutSeconds: 60 }, silent);

      const kept = await withClient(database.adminUrl, async (client) => {
        const { rows } = await client.query("SELECT 1 FROM chat_perf.load WHERE result IS NULL");
        expect(rows, "the load was not over").to.have.length(1);
        return (await client.query<Line>(ledger)).rows;
      });
      // Only a run that is alive can give back the keys. It then removes the parts after a missing one.
      const safe = kill.victim === "parent" || kill.victim === "postmaster" ? lines : untilGap(lines);
      expect(kept, "parts that were committed").to.include.deep.members(safe);

      const logged: string[] = [];
      const state = await loadDataset(database.ownerUrl, run.spec, (line) => logged.push(line));
      expect(state.fingerprint).to.deep.equal(whole.fingerprint);
      expect(state.counts).to.deep.equal(whole.counts);
      expect(await chatSchema(database.ownerUrl)).to.deep.equal(schema);
      expect(await deadRows(database.adminUrl)).to.deep.equal({});
      if (kept.some(({ part }) => part === "messages")) {
        expect(logged[0]).to.match(/^resuming: \d of 5 shards present$/);
      }
      const after = await withClient(
        database.adminUrl,
        async (client) => (await client.query<Line>(ledger)).rows,
      );
      expect(after).to.include.deep.members(kept);
    });
  }
});
