import { readFileSync } from "node:fs";
import { join } from "node:path";
import { withClient } from "../../postgres/connection";
import { logFileOf } from "../../postgres/embedded/process";
import { ended } from "./processes";
import type { Place } from "./place";

/** The target `embedded`, with a server from npm on this machine. */
export function embedded(version: number): Place {
  let dataDirectory: string | undefined;
  const folderOf = (adminUrl: string): Promise<string> =>
    withClient(adminUrl, async (client) => {
      const { rows } = await client.query<{ data_directory: string }>("SHOW data_directory");
      return rows[0]!.data_directory;
    });
  const pidOf = (folder: string): number =>
    Number(readFileSync(join(folder, "postmaster.pid"), "utf8").split("\n", 1)[0]);
  return {
    name: `PostgreSQL ${version} on this machine`,
    needs: [],
    prepare: () => Promise.resolve({ config: { postgresVersion: version } }),
    async reboot(adminUrl) {
      dataDirectory = await folderOf(adminUrl);
      const pid = pidOf(dataDirectory);
      process.kill(pid, "SIGKILL");
      await ended([pid]);
    },
    log: async (adminUrl) => readFileSync(logFileOf(await folderOf(adminUrl)), "utf8"),
    traces() {
      try {
        return Promise.resolve([`process ${pidOf(dataDirectory!)}`, dataDirectory!]);
      } catch {
        return Promise.resolve([]);
      }
    },
  };
}
