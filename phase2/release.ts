import { withClient } from "../postgres/connection";
import type { Machine } from "../postgres/machine";
import type { Log } from "../common/progress";
import type { Capture } from "./capture";
import type { Pair } from "./compare/comparison";
import { runExperiment } from "./experiment";
import { applyIndexes, revertIndexes } from "./indexes/build";
import { UnmeasurableError } from "./indexes/build-for-experiment";
import { type Cold, coldLatencies, type OwnMachine, withCold } from "./measure/cold";
import { withPhase2 } from "./measure/session";
import { type CaptureOptions, takeCapture } from "./measure/take-capture";
import { drawParameters } from "./parameters/parameters";
import { readHotQueries } from "./queries/query-files";

export interface ReleaseOptions {
  machine: Machine;
  /** The seed of the queries' parameters and of their order. */
  seed: string;
  precision: Precision;
  log: Log;
}

/** How precise the measurement is. Tests that check only the steps use few blocks of one pass each. */
export type Precision = Pick<CaptureOptions, "blocks" | "passes">;

/**
 * Builds the indexes of phase 2, and measures the database without them and with them: in turns, when the tables may be
 * locked meanwhile, otherwise one state after the other.
 *
 * @param ownerUrl the role that owns the tables
 */
export async function measureAndApply(ownerUrl: string, options: ReleaseOptions): Promise<Pair<Capture>> {
  // An earlier run may have been stopped half-way.
  await revertIndexes(ownerUrl, () => undefined);
  if (!(await mayLock(ownerUrl))) {
    options.log(
      "The application is connected, so the tables are not locked: both states are measured one after the other.",
    );
    return oneAfterTheOther(ownerUrl, options);
  }
  try {
    return await inTurns(ownerUrl, options);
  } catch (error) {
    if (!(error instanceof UnmeasurableError)) throw error;
    options.log(`${error.message} Both states are measured one after the other.`);
    return oneAfterTheOther(ownerUrl, options);
  }
}

/** Whether nobody would wait for the tables: only the owner and administrators are connected to the database. */
export function mayLock(ownerUrl: string): Promise<boolean> {
  return withClient(ownerUrl, async (client) => {
    const { rows } = await client.query(
      `SELECT FROM pg_stat_activity a JOIN pg_roles r ON r.oid = a.usesysid
       WHERE a.datname = current_database() AND r.rolname <> current_user
         AND NOT r.rolsuper AND NOT r.rolcreaterole LIMIT 1`,
    );
    return rows.length === 0;
  });
}

async function inTurns(ownerUrl: string, options: ReleaseOptions): Promise<Pair<Capture>> {
  const { machine, seed, precision, log } = options;
  log("Measuring the hot queries without and with the indexes, in turns...");
  const coldBefore = await coldOf(ownerUrl, options);
  const { pre, post } = await runExperiment(ownerUrl, { seed, ...precision, log });
  await applyIndexes(ownerUrl, { machine, log });
  const coldAfter = await coldOf(ownerUrl, options);
  return { before: withCold(pre, coldBefore), after: withCold(post, coldAfter) };
}

async function coldOf(ownerUrl: string, { machine, seed, log }: ReleaseOptions): Promise<Cold | undefined> {
  const own = ownMachine(machine);
  if (own === undefined) return undefined;
  const cells = await withPhase2(ownerUrl, "The capture", (client) =>
    drawParameters(client, readHotQueries(), seed),
  );
  return coldLatencies(ownerUrl, own, cells, seed, log);
}

async function oneAfterTheOther(
  ownerUrl: string,
  { machine, seed, precision, log }: ReleaseOptions,
): Promise<Pair<Capture>> {
  const own = ownMachine(machine);
  const capture = (kind: Capture["kind"]): Promise<Capture> => {
    log(`Measuring the hot queries, ${kind}...`);
    return takeCapture(ownerUrl, { kind, seed, ...precision, ...(own && { machine: own }), log });
  };
  const before = await capture("pre-optimization");
  await applyIndexes(ownerUrl, { machine, log });
  return { before, after: await capture("post-optimization") };
}

/** The machine, when its server may be restarted. */
export function ownMachine(machine: Machine): OwnMachine | undefined {
  return machine.kind === "existing" ? undefined : machine;
}
