import { restartOn } from "../../postgres/machine";
import { waitUntilReady } from "../../postgres/readiness";
import type { Log } from "../../common/progress";
import type { Capture } from "../capture";
import type { Cell } from "../parameters/parameters";
import { Sampler } from "./sampler";
import { withPhase2 } from "./session";

/** A server that this project may restart. */
export type OwnMachine = Parameters<typeof restartOn>[0];

/** The most seconds until a restarted server answers. */
const READY_TIMEOUT_SECONDS = 600;

/** The first executions after a restart. */
export interface Cold {
  /** How the caches were emptied. */
  by: string;
  /** The latencies in milliseconds, in the order of `Sampler.queries`. */
  latencies: number[][];
}

/**
 * Measures the first execution of every query with each of its parameters on a server that has just been restarted.
 *
 * One restart serves the first parameters of all queries, in a random order, the next one the second parameters, and so on.
 * The query that comes first also reads pages that later queries use. The operating system's cache stays warm.
 */
export async function coldLatencies(
  ownerUrl: string,
  machine: OwnMachine,
  cells: Cell[],
  seed: string,
  log: Log,
): Promise<Cold> {
  const latencies: number[][] = [];
  const restarts = Math.min(...cells.map(({ parameters }) => parameters.length));
  for (let number = 0; number < restarts; number++) {
    log(`cold: restart ${number + 1} of ${restarts}`);
    await restartOn(machine, () => undefined);
    await waitUntilReady(ownerUrl, { timeoutSeconds: READY_TIMEOUT_SECONDS }, log);
    await withPhase2(ownerUrl, "The capture", async (client) => {
      const single = cells.map((cell) => ({
        ...cell,
        parameters: [cell.parameters[number % cell.parameters.length]!],
      }));
      const sampler = new Sampler(client, single, { seed, nested: false });
      await sampler.block(number);
      for (const [place, { warm_ms }] of sampler.queries.entries()) {
        (latencies[place] ??= []).push(warm_ms[0]![0]!);
      }
    });
  }
  return { by: "restart of the server; the operating system's cache stayed", latencies };
}

/** The capture with its first executions, when they were measured. */
export function withCold(capture: Capture, cold: Cold | undefined): Capture {
  if (cold === undefined) return capture;
  const queries = capture.queries.map((query, place) => ({ ...query, cold_ms: cold.latencies[place]! }));
  return { ...capture, queries, cold_by: cold.by };
}
