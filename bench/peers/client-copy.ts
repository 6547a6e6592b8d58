import { withClient } from "../../postgres/connection";
import { dropDefinitions } from "../server/definitions";
import { Phases, type Peer } from "./peer";
import { postgresProgram } from "./postgres-program";

const CLIENTS = 2;

/**
 * The speed at which two processors can receive rows from clients and store them, when making the rows costs nothing: psql
 * sends the same bytes from files.
 */
export const clientCopy: Peer = {
  name: "client-copy",
  what: "two psql \\copy of a ready file",
  timed: "The file of messages, WAL-logged, through two connections at once: every row twice.",
  async prepare(bench, { adminUrl }) {
    const run = postgresProgram("psql", "postgresql-client", bench);
    const { path, rows, bytes } = bench.rowFiles().messages;
    await withClient(adminUrl, dropDefinitions);
    return async () => {
      const phases = new Phases();
      const copies = Array.from({ length: CLIENTS }, () => [
        "-c",
        `\\copy messages from '${path}' (format binary)`,
      ]);
      await phases.time("rows", () => Promise.all(copies.map((args) => run(adminUrl, args))));
      return { rows: CLIENTS * rows, bytes: CLIENTS * bytes, seconds: phases.seconds };
    };
  },
};
