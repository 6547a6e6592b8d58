import { createWriteStream } from "node:fs";
import { open } from "node:fs/promises";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { to as copyTo } from "pg-copy-streams";
import { withClient } from "../../postgres/connection";
import type { RowFile } from "./row-files";
import { dropDefinitions } from "./definitions";
import type { BenchServer } from "./server";

const DATABASE = "bench_source";

/** The messages for peers that do not accept COPY BINARY, in order of time. */
export interface MessageSource {
  /** A file with the first rows in the text format of COPY. */
  textFile(rows: number): Promise<RowFile>;
  /** The first rows, each as a list of column values: as PostgreSQL's text, or as JavaScript values. */
  select(rows: number, as: "text" | "values"): Promise<unknown[][]>;
}

/** Loads the file of messages into a separate database, from which other formats are read. */
export async function openSource(server: BenchServer, messages: RowFile): Promise<MessageSource> {
  const { adminUrl } = await server.newDatabase(DATABASE);
  await withClient(adminUrl, async (client) => {
    await dropDefinitions(client);
    await client.query(`COPY messages FROM '${messages.path}' (FORMAT binary)`);
  });

  async function textFile(rows: number): Promise<RowFile> {
    const path = join(server.folder, `messages-${rows}.txt`);
    await withClient(adminUrl, (client) =>
      pipeline(
        client.query(copyTo(`COPY (SELECT * FROM messages LIMIT ${rows}) TO STDOUT`)),
        createWriteStream(path, { mode: 0o644 }),
      ),
    );
    const file = await open(path);
    try {
      // The disk must have finished writing before a peer is timed.
      await file.sync();
      return { path, rows, bytes: (await file.stat()).size };
    } finally {
      await file.close();
    }
  }

  function select(rows: number, as: "text" | "values"): Promise<unknown[][]> {
    return withClient(adminUrl, async (client) => {
      const result = await client.query<unknown[]>({
        text: `SELECT * FROM messages LIMIT ${rows}`,
        rowMode: "array",
        ...(as === "text" && { types: { getTypeParser: () => (text: string) => text } }),
      });
      return result.rows;
    });
  }

  return { textFile, select };
}
