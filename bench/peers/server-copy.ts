import { withClient } from "../../postgres/connection";
import { dropDefinitions } from "../server/definitions";
import type { RowFile } from "../server/row-files";
import type { BenchDatabase } from "../server/server";
import { Phases, type Bench, type Peer, type Run } from "./peer";

/** More rows would only take longer. */
const TEXT_ROWS = 2_000_000;

/** One durable COPY BINARY of the messages by the server itself. */
export const serverCopy: Peer = {
  name: "server-copy",
  what: "server's COPY BINARY from a file",
  timed: "One WAL-logged COPY of the file of messages.",
  prepare: (bench, database) => copy(database, bench.rowFiles().messages, "binary"),
};

/** The same as text. */
export const copyText: Peer = {
  name: "copy-text",
  what: "server's COPY text from a file",
  timed: "One WAL-logged COPY of a file of messages; bytes of text.",
  async prepare(bench: Bench, database) {
    const file = await (await bench.source()).textFile(Math.min(bench.spec.messages, TEXT_ROWS));
    return copy(database, file, "text");
  },
};

async function copy({ adminUrl }: BenchDatabase, file: RowFile, format: string): Promise<() => Promise<Run>> {
  await withClient(adminUrl, dropDefinitions);
  return () =>
    withClient(adminUrl, async (client) => {
      const phases = new Phases();
      await phases.time("rows", () => client.query(`COPY messages FROM '${file.path}' (FORMAT ${format})`));
      return { rows: file.rows, bytes: file.bytes, seconds: phases.seconds };
    });
}
