import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { connectionUrl } from "../../postgres/connection";
import {
  type EmbeddedServer,
  ensureServer,
  removeServer,
  type RunningServer,
} from "../../postgres/embedded-server";
import { temporaryFolder } from "./server";

const silent = (): void => undefined;

/** The embedded servers of one test file. Each has its own project folder. `cleanUp` removes all of them. */
export class EmbeddedServers {
  readonly #folders: string[] = [];
  readonly #dataDirectories = new Set<string>();

  /** Describes a server in a new project folder. */
  describe(changes: Partial<EmbeddedServer> = {}): EmbeddedServer {
    return {
      projectRoot: this.folder(),
      stack: "dev",
      adminUser: "postgres",
      adminPassword: "first-password",
      database: "chat_perf_dev",
      roles: ["perf_dev_owner", "perf_dev_user"],
      ...changes,
    };
  }

  folder(label = "project"): string {
    const folder = temporaryFolder(label);
    this.#folders.push(folder);
    return folder;
  }

  async ensure(server: EmbeddedServer, log: (line: string) => void = silent): Promise<RunningServer> {
    const running = await ensureServer(server, log);
    this.#dataDirectories.add(running.dataDirectory);
    return running;
  }

  async cleanUp(): Promise<void> {
    for (const dataDirectory of this.#dataDirectories) await removeServer(dataDirectory, silent);
    for (const folder of this.#folders.splice(0)) rmSync(folder, { recursive: true, force: true });
    this.#dataDirectories.clear();
  }
}

export function adminUrl(
  { host, port }: RunningServer,
  { adminUser, adminPassword }: EmbeddedServer,
): string {
  return connectionUrl({ host, port, database: "postgres", user: adminUser, password: adminPassword });
}

/** The process id in the server's postmaster.pid. */
export function postmasterPid({ dataDirectory }: Pick<RunningServer, "dataDirectory">): number {
  return Number(readFileSync(join(dataDirectory, "postmaster.pid"), "utf8").split("\n", 1)[0]);
}
