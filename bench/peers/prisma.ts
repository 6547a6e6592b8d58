import { mkdtempSync } from "node:fs";
import { join } from "node:path";
import { PrismaPg } from "@prisma/adapter-pg";
import { tables } from "../../generator/tables";
import { withClient } from "../../postgres/connection";
import { generateClient } from "../../prisma/generate-client";
import { dropDefinitions } from "../server/definitions";
import { inBatches } from "./multi-row-insert";
import { binaryBytes, Phases, type Peer } from "./peer";

const MOST_ROWS = 20_000;

/** The parts of a generated client that are used. */
interface Generated {
  PrismaClient: new (options: { adapter: PrismaPg }) => {
    message: { createMany(args: { data: object[] }): Promise<unknown> };
    $connect(): Promise<void>;
    $disconnect(): Promise<void>;
  };
}

/** Prisma's client with its adapter for pg. Each batch is its own transaction, as createMany does it. */
export const prisma: Peer = {
  name: "prisma",
  what: "Prisma createMany of 1,000 rows each",
  timed: "createMany of messages, each a transaction of its own, objects ready.",
  async prepare(bench, { ownerUrl }) {
    const rows = await (await bench.source()).select(Math.min(bench.spec.messages, MOST_ROWS), "values");
    const batches = inBatches(
      rows.map((row) =>
        Object.fromEntries(tables.messages.map((column, i) => [column, row[i] ?? undefined])),
      ),
    );
    await withClient(ownerUrl, dropDefinitions);
    const { PrismaClient } = await generateClient<Generated>(
      mkdtempSync(join(bench.server.folder, "prisma-")),
      bench.signal,
    );
    const client = new PrismaClient({ adapter: new PrismaPg({ connectionString: ownerUrl }) });
    await client.$connect();
    return async () => {
      const phases = new Phases();
      await phases.time("rows", async () => {
        for (const data of batches) await client.message.createMany({ data });
      });
      await client.$disconnect();
      const bytes = binaryBytes(bench.rowFiles().messages, rows.length);
      return { rows: rows.length, bytes, seconds: phases.seconds };
    };
  },
};
