import { tables } from "../../generator/tables";
import { quoteIdentifier, withClient, withTransaction } from "../../postgres/connection";
import { dropDefinitions } from "../server/definitions";
import { binaryBytes, Phases, type Peer } from "./peer";

const MOST_ROWS = 300_000;
/** Fifteen parameters a row: the protocol takes 65,535 in a statement. */
const BATCH = 1_000;

/** INSERT with one parameter for each value, prepared once, in one transaction. This is the best case of this interface. */
export const multiRowInsert: Peer = {
  name: "multi-row-insert",
  what: "INSERT of 1,000 rows each through pg",
  timed: "Prepared INSERTs of messages in one transaction, values ready as text.",
  async prepare(bench, { ownerUrl }) {
    const rows = await (await bench.source()).select(Math.min(bench.spec.messages, MOST_ROWS), "text");
    const batches = inBatches(rows).map((batch) => ({
      name: `insert-${batch.length}`,
      text: insertOf(batch.length),
      values: batch.flat(),
    }));
    await withClient(ownerUrl, dropDefinitions);
    return () =>
      withClient(ownerUrl, async (client) => {
        const phases = new Phases();
        await phases.time("rows", () =>
          withTransaction(client, async () => {
            for (const batch of batches) await client.query(batch);
          }),
        );
        const bytes = binaryBytes(bench.rowFiles().messages, rows.length);
        return { rows: rows.length, bytes, seconds: phases.seconds };
      });
  },
};

/** The rows in lists of at most 1,000. */
export function inBatches<T>(rows: T[]): T[][] {
  return Array.from({ length: Math.ceil(rows.length / BATCH) }, (_, i) =>
    rows.slice(i * BATCH, (i + 1) * BATCH),
  );
}

function insertOf(rows: number): string {
  const columns = tables.messages.map(quoteIdentifier);
  const values = Array.from(
    { length: rows },
    (_, row) => `(${columns.map((_, column) => `$${row * columns.length + column + 1}`).join(", ")})`,
  );
  return `INSERT INTO messages (${columns.join(", ")}) VALUES ${values.join(", ")}`;
}
