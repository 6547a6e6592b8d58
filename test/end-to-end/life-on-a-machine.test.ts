import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect } from "chai";
import { serverUser } from "../../postgres/embedded/server-user";
import { scenes } from "../support/scenes";

describe("the machine of a stack with an embedded server", function () {
  this.timeout(600_000);

  scenes(31, (scene) => {
    scene("has another folder for temporary files, and the old one is gone", {}, async (clone) => {
      const temporary = join(dirname(clone.folder), "temporary files");
      mkdirSync(temporary);
      await clone.succeeds("up", { TMPDIR: temporary });
      await clone.isSettled({ TMPDIR: join(temporary, "gone") });
      expect(readdirSync(temporary)).to.deep.equal([]);
      rmSync(temporary, { recursive: true });
    });

    for (const command of ["up", "down"] as const) {
      scene(
        `is switched off and on, and another process has the server's number: ${command === "up" ? "refresh, " : ""}\`${command}\``,
        {},
        async (clone) => {
          const file = join(clone.data, "postmaster.pid");
          const [pid, ...rest] = readFileSync(file, "utf8").split("\n");
          await clone.end("SIGKILL");
          expect(pid).not.to.equal(String(process.pid));
          writeFileSync(file, [process.pid, ...rest].join("\n"));
          if (command === "up") {
            const refresh = ["refresh", "--yes", "--skip-preview", "--expect-no-changes", "-s", "dev"];
            const { code, output } = await clone.project.pulumi(...refresh);
            expect(code, output).to.equal(0);
          }
          await clone.succeeds(command);
          if (command === "up") await clone.works();
          else expect(clone.project.leftovers()).to.deep.equal([]);
        },
      );
    }

    if (process.getuid?.() === 0) {
      scene(
        "has another user who runs the same clone: one error, and nothing is touched",
        {},
        async (clone) => {
          const { pid } = clone;
          const { uid, gid } = serverUser()!;
          const as = ["--reuid", String(uid), "--regid", String(gid), "--clear-groups", process.execPath];
          for (const command of ["up", "down"]) {
            const program = ["--require", "./runtime/preload.cjs", `cli/${command}.ts`, "--stack", "dev"];
            const { code, output } = await clone.project.run("setpriv", [...as, ...program], {
              HOME: clone.folder,
            });
            expect(code, output).not.to.equal(0);
            expect(output, output)
              .to.match(/belongs to another user/)
              .and.not.to.match(/^ {4}at /m);
          }
          expect(clone.pid).to.equal(pid);
          await clone.works();
        },
      );
    }

    scene("gives its user another home: the server is still known", {}, async (clone) => {
      const home = join(dirname(clone.folder), "home");
      mkdirSync(home);
      const environment = { HOME: home, XDG_CACHE_HOME: undefined };
      await clone.isSettled(environment);
      const { output } = await clone.run("servers", environment);
      expect(output).to.include(`folder ${clone.data}`).and.include("in the state of its stack");
      rmSync(home, { recursive: true });
    });
  });
});
