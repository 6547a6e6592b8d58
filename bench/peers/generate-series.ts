import { withClient } from "../../postgres/connection";
import { dropDefinitions } from "../server/definitions";
import { binaryBytes, Phases, type Peer } from "./peer";

const MOST_ROWS = 2_000_000;
/** COPY BINARY's bytes of the row below without its content: field count, 15 lengths, 101 bytes of values. */
const BYTES_WITHOUT_CONTENT = 2 + 15 * 4 + 101;

/** Rows as wide as ours, made on the server by `generate_series`: evenly spread, with the same text in every message. */
export const generateSeries: Peer = {
  name: "generate-series",
  what: "INSERT … SELECT generate_series",
  timed: "One statement that makes messages of the same width inside the server.",
  async prepare(bench, { ownerUrl }) {
    const rows = Math.min(bench.spec.messages, MOST_ROWS);
    const file = bench.rowFiles().messages;
    const content = Math.round(file.bytes / file.rows) - BYTES_WITHOUT_CONTENT;
    await withClient(ownerUrl, dropDefinitions);
    return () =>
      withClient(ownerUrl, async (client) => {
        const phases = new Phases();
        await phases.time("rows", () =>
          client.query(
            `INSERT INTO messages (id, content, "createdAt", "updatedAt", "senderId", "conversationId")
             SELECT 'c' || lpad(n::text, 24, '0'), repeat('x', ${content}), at, at,
                    'c' || lpad((n % ${bench.spec.users})::text, 24, '0'),
                    'c' || lpad((n % ${bench.spec.conversations})::text, 24, '0')
             FROM generate_series(1, ${rows}) n, LATERAL (SELECT timestamp '2025-07-03' + n * interval '1 s' AS at)`,
          ),
        );
        return { rows, bytes: binaryBytes(file, rows), seconds: phases.seconds };
      });
  },
};
