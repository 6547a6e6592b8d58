import type { Bench } from "../peers/peer";
import { describeError } from "../../common/errors";
import type { Log } from "../../common/progress";
import { phase2Study, type Phase2Study } from "../phase2/study";
import { fillPageCache } from "../server/page-cache";
import { validationStudy, type ValidationStudy } from "../validation/study";
import { ownLoad, type OwnLoad } from "./own-load";
import { bands, wholeUp, type WholeUp } from "./whole-up";
import { formatCount } from "../../common/format";

/** The studies of the project's own parts, as `--only` accepts them. */
export const studyNames = [
  ...(["workers", "memory", "determinism", "validation", "phase2"] as const),
  ...bands.map((band) => `up-${band}` as const),
] as const;
/** The studies of a full run. Phase 2 with its 200 trials and the large bands take longer than all of them, and are left out. */
export const usualStudies = studyNames.filter((name) => !/^(phase2|up-staging|up-perf)$/.test(name));

export type StudyName = (typeof studyNames)[number];

const WORKERS = [1, 2, 3, 4];
/** The number of runs with each number of workers, which take turns. */
const ROUNDS = 2;
const SMALL = 1_000_000;
/** The size of the larger dataset, as a multiple of the whole one. It shows how memory and time grow. */
const LARGER = 4;
/** Cut and dealt quite differently from the default. */
const OTHER_WAY = { shards: 8, workers: 1 };

/** The results of the studies: loads, the time of the checks, how often phase 2 is right, and whole stacks. */
export interface Studies {
  workers?: OwnLoad[];
  memory?: OwnLoad[];
  determinism?: OwnLoad[];
  validation?: ValidationStudy;
  phase2?: Phase2Study;
  up?: WholeUp[];
}

/**
 * Runs the requested studies.
 *
 * @param whole an earlier load of the whole dataset with the default shards and workers
 */
export async function runStudies(
  bench: Bench,
  names: readonly StudyName[],
  whole: OwnLoad | undefined,
  log: Log,
): Promise<Studies> {
  const { messages } = bench.spec;
  const small = Math.min(messages, SMALL);
  const load = async (study: StudyName, count: number, options = {}, on = bench): Promise<OwnLoad> => {
    const result = await loadOnce(on, count, options);
    log(`${study}: ${describe(result)}`);
    return result;
  };
  const studies: Studies = {};
  if (names.includes("workers")) {
    studies.workers = [];
    for (let round = 0; round < ROUNDS; round++) {
      for (const workers of WORKERS) studies.workers.push(await load("workers", small, { workers }));
    }
  }
  if (names.includes("memory")) {
    studies.memory = [];
    for (const count of messages > small ? [small, messages, LARGER * messages] : [messages]) {
      // As `up` finds it: on one that has loaded much already, log files lie ready for some loads and not for others.
      const server = await bench.newServer();
      await fillPageCache(server.folder, bench.signal);
      studies.memory.push(await load("memory", count, {}, { ...bench, server }));
      await server.remove();
    }
  }
  if (names.includes("determinism")) {
    whole ??= await load("determinism", messages);
    studies.determinism = [whole, await load("determinism", messages, OTHER_WAY)];
  }
  if (names.includes("validation")) studies.validation = await validationStudy(bench, log);
  if (names.includes("phase2")) studies.phase2 = await phase2Study(bench, log);
  for (const band of bands.filter((each) => names.includes(`up-${each}`))) {
    try {
      const result = await wholeUp(bench, band, band === "dev" ? messages : undefined);
      (studies.up ??= []).push(result);
      log(`up-${band}: ${result.seconds.toFixed(0)} s, ${result.verdict}`);
    } catch (error) {
      // The earlier measurements are kept.
      bench.signal.throwIfAborted();
      log(describeError(error));
      process.exitCode = 1;
    }
  }
  return studies;
}

async function loadOnce(bench: Bench, messages: number, options: object): Promise<OwnLoad> {
  const { server } = bench;
  await server.configure({});
  const database = await server.newDatabase();
  await server.checkpoint();
  const load = await ownLoad(bench, database, messages, options, true);
  await server.dropDatabase();
  return load;
}

function describe({ messages, workers, shards, seconds, memory }: OwnLoad): string {
  const cut = shards === undefined ? "" : ` in ${shards} shards`;
  const resident = memory ? `, ${Math.round(memory.bytes / 2 ** 20)} MB resident` : "";
  return `${formatCount(messages)} messages${cut}, ${workers === 1 ? "1 worker" : `${workers} workers`}: rows ${seconds.rows!.toFixed(1)} s${resident}`;
}
