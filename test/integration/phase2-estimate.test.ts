import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { expect } from "chai";
import { applyIndexes } from "../../phase2/indexes/build";
import { chatDatasetSql } from "../support/chat-dataset";
import { execute } from "../support/database-copies";
import { setUp } from "../support/fixture";
import { needs } from "../support/needs";
import { SystemServer } from "../support/system-server";

const migration = resolve(__dirname, "../../prisma/migrations/20250101000000_chat_schema/migration.sql");

describe("the estimate of what indexes will do", () => {
  let server: SystemServer;
  let url: string;

  // hypopg is an extension from the system's packages, which some systems do not have.
  needs("system-server", "hypopg");
  setUp(async (undo) => {
    server = await SystemServer.start();
    undo(() => server.stop());
    url = server.adminUrl;
    await execute(url, readFileSync(migration, "utf8"));
    await execute(url, `${chatDatasetSql()}; ANALYZE`);
  });

  it("comes from hypopg, is marked as one, and leaves nothing; without the extension there is none", async () => {
    const apply = async (): Promise<string[]> => {
      const lines: string[] = [];
      await applyIndexes(url, { log: (line) => lines.push(line) });
      return lines.filter((line) => line.startsWith("estimate"));
    };
    await execute(url, "CREATE EXTENSION hypopg");
    const lines = await apply();
    expect(lines).to.have.length(14);
    const [, before, after] =
      /^estimate \(hypopg, not measured\): Q1, heaviest rooms: the planner's cost ([\d,]+) → ([\d,]+)$/.exec(
        lines[0]!,
      )!;
    expect(Number(before!.replace(",", ""))).to.be.greaterThan(2 * Number(after!.replace(",", "")));
    // Existing indexes need no estimate.
    expect(await apply()).to.deep.equal([]);
    const indexes =
      "SELECT 'DROP INDEX ' || indexrelid::regclass AS sql FROM pg_index WHERE obj_description(indexrelid) LIKE 'phase 2%'";
    for (const { sql } of await server.sql<{ sql: string }>(indexes)) await execute(url, sql);
    await execute(url, "DROP EXTENSION hypopg");
    expect(await apply()).to.deep.equal([]);
  });
});
