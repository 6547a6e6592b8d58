import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { PrismaPg } from "@prisma/adapter-pg";
import { tables } from "../../generator/tables";
import { withClient } from "../../postgres/connection";
import { dropDefinitions } from "../server/definitions";
import { inBatches } from "./multi-row-insert";
import { binaryBytes, Phases, type Bench, type Peer } from "./peer";

const MOST_ROWS = 20_000;

/** What is used of a generated client. */
interface Generated {
  PrismaClient: new (options: { adapter: PrismaPg }) => {
    message: { createMany(args: { data: object[] }): Promise<unknown> };
    $connect(): Promise<void>;
    $disconnect(): Promise<void>;
  };
}

/** Prisma's client over its adapter for pg, each batch a transaction of its own as createMany has it. */
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
    const { PrismaClient } = await generateClient(bench);
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

async function generateClient({ projectRoot, server, signal }: Bench): Promise<Generated> {
  const folder = mkdtempSync(join(server.folder, "prisma-"));
  mkdirSync(join(folder, "prisma"));
  symlinkSync(join(projectRoot, "node_modules"), join(folder, "node_modules"), "dir");
  const schema = join(folder, "prisma", "schema.prisma");
  const generator = `
generator client {
  provider     = "prisma-client"
  output       = "../client"
  moduleFormat = "cjs"
}
`;
  writeFileSync(schema, readFileSync(join(projectRoot, "prisma/schema.prisma"), "utf8") + generator);
  const cli = join(projectRoot, "node_modules/prisma/build/index.js");
  await promisify(execFile)(process.execPath, [cli, "generate", "--schema", schema], {
    cwd: folder,
    signal,
    env: {
      PATH: process.env.PATH,
      HOME: folder,
      CHECKPOINT_DISABLE: "1",
      // Generating needs no engine; naming any program keeps Prisma from downloading one.
      PRISMA_SCHEMA_ENGINE_BINARY: process.execPath,
    },
  });
  return (await import(pathToFileURL(join(folder, "client", "client.ts")).href)) as Generated;
}
