import { setTimeout as delay } from "node:timers/promises";
import { withAdministrator, withClient } from "../../postgres/connection";

/** How often sessions are looked at, ms. */
const SAMPLING_MS = 20;

/**
 * Collects the statements on roles that a server shows to its administrator while something is done. If the server does
 * not run yet, it is watched as soon as it does.
 */
export class StatementWatch {
  readonly #samples = new Set<string>();
  #watching = true;
  readonly #sampling: Promise<void>;

  constructor(adminUrl: string) {
    this.#sampling = this.#sample(adminUrl);
  }

  /** Ends it. @returns what `pg_stat_activity` has shown meanwhile */
  async stop(): Promise<string[]> {
    this.#watching = false;
    await this.#sampling;
    return [...this.#samples];
  }

  async #sample(adminUrl: string): Promise<void> {
    await this.#started(adminUrl);
    await withClient(adminUrl, async (client) => {
      while (this.#watching) {
        const { rows } = await client.query<{ query: string }>(
          "SELECT query FROM pg_stat_activity WHERE query ~* 'ROLE' AND pid <> pg_backend_pid()",
        );
        for (const { query } of rows) this.#samples.add(query);
        await delay(SAMPLING_MS);
      }
    });
  }

  async #started(adminUrl: string): Promise<void> {
    while (this.#watching) {
      const answers = await withClient(adminUrl, () => Promise.resolve(true)).catch(() => false);
      if (answers) return;
      await delay(SAMPLING_MS);
    }
  }
}

/**
 * Makes the statement that creates or changes a role wait. If the server does not run yet, this begins as soon as it
 * does.
 *
 * @param hold the statement in a transaction for whose end such statements wait
 * @param ms how long the first of them waits before that transaction is committed, in milliseconds
 */
export async function holdRoles(adminUrl: string, hold: string, ms: number): Promise<void> {
  for (;;) {
    const answers = await withClient(adminUrl, () => Promise.resolve(true)).catch(() => false);
    if (answers) break;
    await delay(SAMPLING_MS);
  }
  await withClient(adminUrl, async (client) => {
    await client.query(`BEGIN; ${hold}`);
    for (;;) {
      const { rowCount } = await client.query(
        "SELECT FROM pg_locks WHERE NOT granted AND pg_backend_pid() = ANY (pg_blocking_pids(pid))",
      );
      if (rowCount !== 0) break;
      await delay(SAMPLING_MS);
    }
    await delay(ms);
    await client.query("COMMIT");
  });
}

/** The statements on roles in `pg_stat_statements`, which a database has as an extension. */
export function statementsOnRoles(databaseUrl: string): Promise<string[]> {
  return withAdministrator(databaseUrl, async (client) => {
    const { rows } = await client.query<{ query: string }>(
      "SELECT query FROM public.pg_stat_statements WHERE query ~* 'ROLE'",
    );
    return rows.map(({ query }) => query);
  });
}
