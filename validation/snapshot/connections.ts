import type { Client } from "pg";

/** Connections that see the same snapshot. Work that finds all of them busy waits, and the first to wait is the first served. */
export class Connections {
  readonly #idle: Client[];
  readonly #waiting: ((connection: Client) => void)[] = [];

  constructor(connections: readonly Client[]) {
    this.#idle = [...connections];
  }

  /** Runs `work` with a connection that nothing else uses meanwhile. */
  async use<T>(work: (connection: Client) => Promise<T>): Promise<T> {
    const connection =
      this.#idle.pop() ?? (await new Promise<Client>((resolve) => this.#waiting.push(resolve)));
    try {
      return await work(connection);
    } finally {
      const next = this.#waiting.shift();
      if (next) next(connection);
      else this.#idle.push(connection);
    }
  }
}
