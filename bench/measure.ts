import { withClient } from "../postgres/connection";
import type { Log } from "../common/progress";
import { PeerMissing, type Bench, type Peer, type Run } from "./peers/peer";
import { serverCopies } from "./peers/server-copy";

/** The number of runs of each peer. Peers run in turns, so that a slow minute of the machine does not affect only one. */
const ROUNDS = 3;

/** A run and the size of its tables. */
export interface MeasuredRun extends Run {
  /** The bytes of the tables on disk, without indexes. */
  tableBytes: number;
}

/** The runs of a peer, in order. It has none when its program is missing. */
export interface PeerRuns {
  name: string;
  what: string;
  timed: string;
  /** Additional settings of the server. */
  settings: Record<string, string>;
  runs: MeasuredRun[];
  /** Why the peer was left out. */
  skipped?: string;
}

/**
 * Runs all peers one at a time, in rounds that go alternately forwards and backwards, so that no peer always follows the
 * same one. On a virtual machine, a load after a small peer took up to half as long again as one after another load. A load
 * that is not counted comes first, because the first load makes the server create its log files.
 */
export async function measurePeers(bench: Bench, peers: readonly Peer[], log: Log): Promise<PeerRuns[]> {
  const measured = peers.map(({ name, what, timed, settings = {} }): PeerRuns => {
    return { name, what, timed, settings, runs: [] };
  });
  const forth = [...peers.entries()];
  if (peers.length > 0) await measure(bench, serverCopies);
  for (let round = 1; round <= ROUNDS; round++) {
    for (const [i, peer] of round % 2 === 1 ? forth : forth.toReversed()) {
      const result = measured[i]!;
      if (round > (peer.rounds ?? ROUNDS) || result.skipped !== undefined) continue;
      try {
        const run = await measure(bench, peer);
        result.runs.push(run);
        log(`${peer.name}, run ${round} of ${peer.rounds ?? ROUNDS}: ${phasesOf(run)}`);
      } catch (error) {
        if (!(error instanceof PeerMissing)) throw error;
        result.skipped = error.message;
        log(`${peer.name} is left out: ${error.message}`);
      }
    }
  }
  return measured;
}

/** One run in a new database, on a server that has just been restarted and has written all its pages back. */
async function measure(bench: Bench, peer: Peer): Promise<MeasuredRun> {
  const { server } = bench;
  await server.configure(peer.settings ?? {});
  const database = await server.newDatabase();
  const timed = await peer.prepare(bench, database);
  await server.checkpoint();
  const run = await timed();
  const started = performance.now();
  await server.checkpoint();
  const checkpoint = (performance.now() - started) / 1000;
  const tableBytes = await tableBytesOf(database.adminUrl);
  await server.dropDatabase();
  return { ...run, aside: { ...run.aside, checkpoint }, tableBytes };
}

function tableBytesOf(adminUrl: string): Promise<number> {
  return withClient(adminUrl, async (client) => {
    const { rows } = await client.query<{ bytes: string }>(
      `SELECT sum(pg_table_size(oid)) AS bytes FROM pg_class
       WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'`,
    );
    return Number(rows[0]!.bytes);
  });
}

function phasesOf({ seconds }: Run): string {
  return Object.entries(seconds)
    .map(([phase, each]) => `${phase} ${each.toFixed(1)} s`)
    .join(", ");
}
