import { execFile } from "node:child_process";
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join, resolve } from "node:path";
import { promisify } from "node:util";

const projectRoot = resolve(__dirname, "..");
const generator = `
generator client {
  provider     = "prisma-client"
  output       = "../client"
  moduleFormat = "cjs"
}
`;

/**
 * Generates Prisma's client for the chat schema, as a team does for its application, and loads it.
 *
 * @param folder an empty folder for the client
 * @returns the module, which has `PrismaClient`
 */
export async function generateClient<Module>(folder: string, signal?: AbortSignal): Promise<Module> {
  mkdirSync(join(folder, "prisma"));
  symlinkSync(join(projectRoot, "node_modules"), join(folder, "node_modules"), "dir");
  const schema = join(folder, "prisma", "schema.prisma");
  writeFileSync(schema, readFileSync(join(projectRoot, "prisma/schema.prisma"), "utf8") + generator);
  const cli = join(projectRoot, "node_modules/prisma/build/index.js");
  await promisify(execFile)(process.execPath, [cli, "generate", "--schema", schema], {
    cwd: folder,
    ...(signal && { signal }),
    env: {
      PATH: process.env.PATH,
      HOME: folder,
      CHECKPOINT_DISABLE: "1",
      // Generating needs no engine; naming any program keeps Prisma from downloading one.
      PRISMA_SCHEMA_ENGINE_BINARY: process.execPath,
    },
  });
  return createRequire(__filename)(join(folder, "client", "client.ts")) as Module;
}
