import { restartOn } from "../../postgres/machine";
import { waitUntilReady } from "../../postgres/readiness";
import type { Log } from "../../runtime/progress";
import type { Cell } from "../parameters/parameters";
import { Sampler } from "./sampler";
import { withPhase2 } from "./session";

/** A server that is ours to restart. */
export type OwnMachine = Parameters<typeof restartOn>[0];

/** How long a server that was restarted may take to answer. */
const READY_TIMEOUT_SECONDS = 600;

/** First executions after a restart. */
export interface Cold {
  by: string;
  /** In the order of `Sampler.queries`. */
  latencies: number[][];
}

/**
 * Executes every query once with each of its parameters on a server that was restarted a moment ago: one restart for
 * all queries' first parameters, in an order drawn by the seed, another one for their second, and so on. Whichever
 * comes first pays for pages that others read too, and the operating system's own cache stays warm.
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
