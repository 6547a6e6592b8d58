import { withClient } from "../../postgres/connection";
import { dropDefinitions } from "../server/definitions";
import type { RowFile } from "../server/row-files";
import type { BenchDatabase } from "../server/server";
import { Phases, type Bench, type Peer, type Run } from "./peer";

/** The most rows. More rows would only take longer. */
const TEXT_ROWS = 2_000_000;

/** One durable COPY BINARY of the messages from a file of the server. */
export const serverCopy: Peer = {
  name: "server-copy",
  what: "server's COPY BINARY from a file",
  timed: "One WAL-logged COPY of the file of messages.",
  prepare: (bench, database) => copy(database, bench.rowFiles().messages, "binary"),
};

/** The limit of two processors: two such copies at the same time, without making rows and without clients. */
export const serverCopies: Peer = {
  name: "server-copies",
  what: "two COPY BINARY of files at once",
  timed: "The file of messages, WAL-logged, by two sessions at once: every row twice.",
  prepare: (bench, database) => copy(database, bench.rowFiles().messages, "binary", 2),
};

/** One durable COPY of the messages as text. */
export const copyText: Peer = {
  name: "copy-text",
  what: "server's COPY text from a file",
  timed: "One WAL-logged COPY of a file of messages; bytes of text.",
  async prepare(bench: Bench, database) {
    const file = await (await bench.source()).textFile(Math.min(bench.spec.messages, TEXT_ROWS));
    return copy(database, file, "text");
  },
};

async function copy(
  { adminUrl }: BenchDatabase,
  file: RowFile,
  format: string,
  sessions = 1,
): Promise<() => Promise<Run>> {
  await withClient(adminUrl, dropDefinitions);
  const once = () =>
    withClient(adminUrl, (client) => client.query(`COPY messages FROM '${file.path}' (FORMAT ${format})`));
  return async () => {
    const phases = new Phases();
    await phases.time("rows", () => Promise.all(Array.from({ length: sessions }, once)));
    return { rows: sessions * file.rows, bytes: sessions * file.bytes, seconds: phases.seconds };
  };
}
