import { readFileSync } from "node:fs";
import type { Place } from "./place";
import { SystemServer } from "./system-server";

/** The target `existing`, with a server from the system's packages. */
export function existing(): Place {
  let server: SystemServer;
  return {
    name: "a server that somebody else runs",
    needs: [],
    async prepare(undo) {
      server = await SystemServer.start();
      undo(() => server.stop());
      const { host, port, adminPassword } = server;
      return { config: { target: "existing", host, port, sslmode: "disable" }, adminPassword };
    },
    reboot: () => server.control("restart", "-m", "immediate"),
    log: () => Promise.resolve(readFileSync(server.logFile, "utf8")),
    async traces() {
      const rows = await server.sql<{ name: string }>(
        `SELECT rolname AS name FROM pg_roles WHERE rolname LIKE '%perf%'
         UNION SELECT datname FROM pg_database WHERE datname LIKE '%perf%'
         UNION SELECT name FROM pg_file_settings WHERE sourcefile LIKE '%postgresql.auto.conf'`,
      );
      return rows.map(({ name }) => name);
    },
  };
}
