import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { defaultDataDirectory } from "../../../postgres/embedded-server";
import { ended } from "../../support/processes";
import { survivesKills } from "../../support/survival";

survivesKills(
  {
    target: "embedded",
    needs: [],
    prepare: () => Promise.resolve({}),
    async kill(project, stack) {
      const file = join(defaultDataDirectory(project.folder, stack), "postmaster.pid");
      if (!existsSync(file)) return;
      const pid = Number(readFileSync(file, "utf8").split("\n", 1)[0]);
      try {
        process.kill(pid, "SIGKILL");
      } catch {
        return; // It has ended by itself.
      }
      await ended([pid]);
    },
    traces(project, stack) {
      const folder = defaultDataDirectory(project.folder, stack);
      return Promise.resolve(existsSync(folder) ? [folder] : []);
    },
  },
  6,
  39,
);
