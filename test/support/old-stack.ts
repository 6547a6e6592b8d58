import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { gunzipSync } from "node:zlib";
import { expect } from "chai";
import { withClient } from "../../postgres/connection";
import { writeMarker } from "../../postgres/embedded/marker";
import { restartServer } from "../../postgres/embedded-server";
import type { Clone } from "./scenes";

const fixture = resolve(__dirname, "../fixtures/state-of-0.1/state.json.gz");

/** A resource as `pulumi stack export` gives it. */
interface Resource {
  urn: string;
  outputs?: Record<string, unknown>;
}

/**
 * Makes a running stack one of version 0.1: it gets the state that this version wrote, with its own passwords, port and
 * folders in it, and its server becomes as that version left it.
 */
export async function asVersion01(clone: Clone): Promise<void> {
  const adminUrl = await clone.project.adminUrl("dev");
  const values = await ownValues(clone);
  const text = Object.entries(values).reduce(
    (state, [name, value]) => state.replaceAll(name, value),
    gunzipSync(readFileSync(fixture)).toString("utf8"),
  );
  const file = join(clone.folder, "state-of-0.1.json");
  writeFileSync(file, text);
  for (const args of [
    ["stack", "rm", "dev", "--force", "--yes", "--preserve-config"],
    ["stack", "init", "dev"],
    ["stack", "import", "--file", file, "-s", "dev"],
  ]) {
    const { code, output } = await clone.project.pulumi(...args);
    expect(code, output).to.equal(0);
  }
  rmSync(file);

  await withClient(adminUrl, async (client) => {
    await client.query("ALTER ROLE chat_perf_dev_owner CONNECTION LIMIT 50");
    // It set the application's limits for the role, and nothing for the administrator.
    for (const role of ["perf_dev_user", "postgres"])
      await client.query(`ALTER ROLE ${role} IN DATABASE chat_perf_dev RESET ALL`);
    for (const setting of [
      'search_path TO "public"',
      "statement_timeout TO 60000",
      "idle_in_transaction_session_timeout TO 60000",
    ])
      await client.query(`ALTER ROLE perf_dev_user SET ${setting}`);
    await client.query("ALTER SYSTEM RESET max_connections");
  });
  await restartServer(clone.data, () => undefined);
  writeMarker(clone.data, { madeBy: "chat-perf", stack: "dev", projectRoot: clone.folder });
}

/** What the stack has in place of the placeholders. */
async function ownValues(clone: Clone): Promise<Record<string, string>> {
  const { stdout } = await clone.project.pulumi("stack", "export", "--show-secrets", "-s", "dev");
  const { resources } = (JSON.parse(stdout) as { deployment: { resources: Resource[] } }).deployment;
  const password = (name: string): string => {
    const { outputs } = resources.find(({ urn }) => urn.endsWith(`RandomPassword::dev-${name}`))!;
    return JSON.parse((outputs!.result as { plaintext: string }).plaintext) as string;
  };
  const { port } = new URL(clone.databaseUrl);
  return {
    "@administratorPassword@": password("admin-password"),
    "@ownerPassword@": password("database-owner-password"),
    "@applicationPassword@": password("database-password"),
    '"@portNumber@"': port,
    "@port@": port,
    "@project@": clone.folder,
  };
}
