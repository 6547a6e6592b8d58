import { execFileSync } from "node:child_process";
import { mkdirSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { withClient } from "../../postgres/connection";
import {
  type EmbeddedServer,
  findServer,
  type RecordedServer,
  type RunningServer,
} from "../../postgres/embedded-server";
import { completeMarker } from "../../postgres/embedded/marker";
import { adminUrl, EmbeddedServers, postmasterPid } from "./embedded";
import { ended, processes } from "./processes";
import type { Undo } from "./undoing";

/** A server that was made, and what its stack's state would know of it. */
export interface MadeServer {
  server: EmbeddedServer;
  running: RunningServer;
  known: RecordedServer;
}

/** Servers with a row: each has a copy of the data of one, for which its folder is the first. */
export class ServersWithRow {
  readonly servers = new EmbeddedServers();
  #data = "";

  /** Makes the data once; `undo` removes them. */
  async prepare(undo: Undo): Promise<void> {
    const template = new EmbeddedServers();
    undo(() => template.cleanUp());
    const server = template.describe();
    const running = await template.ensure(server);
    await withClient(adminUrl(running, server), (client) =>
      client.query("CREATE TABLE kept AS SELECT 1 AS row"),
    );
    await endServer(running, "SIGINT");
    this.#data = running.dataDirectory;
  }

  /** A path for a project that does not exist yet. */
  newProject(): string {
    return join(this.servers.folder(), "project");
  }

  async make(changes: Partial<EmbeddedServer> = {}): Promise<MadeServer> {
    const server = this.servers.describe(changes);
    const { stack, projectRoot, dataDir } = server;
    const folder = dataDir ?? join(projectRoot, ".postgres", stack);
    mkdirSync(dirname(folder), { recursive: true });
    copyFolder(this.#data, folder);
    rmSync(join(folder, "chat-perf.conf"));
    completeMarker(folder, stack, projectRoot);
    const running = await this.servers.ensure(server);
    const { dataDirectory, systemIdentifier } = running;
    const known = { stack, projectRoot, dataDirectory, systemIdentifier };
    return { server, running, known: { ...known, ...(dataDir !== undefined && { dataDir }) } };
  }

  /** Starts the stack's server in the folder in which it was found. */
  async bringBack(server: EmbeddedServer, where: RecordedServer): Promise<RunningServer> {
    const { dataDirectory: foundAt } = findServer(where);
    if (foundAt === undefined) throw new Error("not found");
    return this.servers.ensure({ ...server, projectRoot: where.projectRoot, foundAt });
  }
}

/** The folder of the data of a project's stack `dev`. */
export function dataIn(projectRoot: string): string {
  return join(projectRoot, ".postgres", "dev");
}

/** Whether a process exists. */
export function runs(pid: number): boolean {
  return processes().some((each) => each.pid === pid);
}

/** The row of a server. */
export function rowsKept(running: RunningServer, server: EmbeddedServer): Promise<unknown[]> {
  return withClient(
    adminUrl(running, server),
    async (client) => (await client.query<object>("SELECT * FROM kept")).rows,
  );
}

export async function endServer(
  running: Pick<RunningServer, "dataDirectory">,
  signal: "SIGINT" | "SIGKILL",
): Promise<void> {
  const pid = postmasterPid(running);
  process.kill(pid, signal);
  await ended([pid]);
}

/** Copies a folder with owners and times. */
export function copyFolder(from: string, to: string): void {
  execFileSync("cp", ["-a", from, to]);
}
