import { existsSync, mkdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { expect } from "chai";
import { quoteIdentifier, withAdministrator } from "../../postgres/connection";
import { Run } from "../support/killed-run";
import { asVersion01 } from "../support/old-stack";
import { type Clone, scenes } from "../support/scenes";

/** The file of the stack's state. */
const stateOf = (clone: Clone): string => join(clone.state, "stacks", "chat-perf", "dev.json");

async function pulumi(clone: Clone, ...args: string[]): Promise<string> {
  const { code, output } = await clone.project.pulumi(...args);
  expect(code, output).to.equal(0);
  return output;
}

/** Exports the state into a file. */
async function exported(clone: Clone): Promise<string> {
  const file = join(dirname(clone.folder), "exported.json");
  await pulumi(clone, "stack", "export", "--show-secrets", "--file", file, "-s", "dev");
  return file;
}

describe("the state of a stack", function () {
  this.timeout(900_000);

  scenes(20, (scene) => {
    scene("of a run that was killed while the server was made: `down` ends that too", {}, async (clone) => {
      await clone.succeeds("down");
      await pulumi(clone, "stack", "init", "dev");
      const up = new Run(clone.project, "up", "--yes", "--skip-preview", "-s", "dev");
      const over = up.end().then(() => true);
      while (
        !existsSync(join(clone.data, "postmaster.pid")) &&
        (await Promise.race([over, delay(5)])) !== true
      );
      await up.kill();
      expect(existsSync(clone.data)).to.equal(true);
      await clone.succeeds("down");
      expect(clone.project.leftovers()).to.deep.equal([]);
    });

    for (const [cut, what] of [
      [0, "emptied"],
      [1_000, "cut off"],
    ] as const) {
      scene(`${what}, although the lock of that run is gone: it is mended`, {}, async (clone) => {
        truncateSync(stateOf(clone), cut);
        expect(await clone.succeeds("up")).to.include("The stack's state was truncated");
        await clone.works();
      });
    }

    scene(
      "broken, without a copy: one error, and nothing is touched",
      { leavesData: true },
      async (clone) => {
        rmSync(clone.state, { recursive: true });
        mkdirSync(dirname(stateOf(clone)), { recursive: true });
        writeFileSync(stateOf(clone), '{"version": 3, "check');
        for (const command of ["up", "down"] as const) {
          await clone.isRefused(command, 'The state of stack "dev" cannot be read', `mv '${stateOf(clone)}'`);
        }
        expect(readFileSync(stateOf(clone), "utf8")).to.equal('{"version": 3, "check');
      },
    );

    scene("exported, forgotten and imported: the stack is the same", {}, async (clone) => {
      const file = await exported(clone);
      await pulumi(clone, "stack", "rm", "dev", "--force", "--yes", "--preserve-config");
      await pulumi(clone, "stack", "init", "dev");
      await pulumi(clone, "stack", "import", "--file", file, "-s", "dev");
      await pulumi(clone, "preview", "--expect-no-changes", "-s", "dev");
      await clone.works();
      rmSync(file);
    });

    scene(
      "imported into another clone: that gets its own server, and the first keeps its",
      {},
      async (clone) => {
        const { pid } = clone;
        const file = await exported(clone);
        const other = clone.copyTo("another clone");
        for (const name of [".postgres", ".secrets", "reports"]) {
          rmSync(join(other.folder, name), { recursive: true });
        }
        rmSync(other.state, { recursive: true });
        await pulumi(other, "stack", "init", "dev");
        await pulumi(other, "stack", "import", "--file", file, "-s", "dev");
        expect(await other.succeeds("up")).to.include(`belongs to stack "dev" of ${clone.folder}`);
        await other.works();
        await other.succeeds("down");
        expect(clone.pid).to.equal(pid);
        await clone.works();
        rmSync(file);
      },
    );

    scene(
      "lost while the server runs: `up` names both ways, and `down` is one of them",
      {},
      async (clone) => {
        rmSync(clone.state, { recursive: true });
        const refused = await clone.isRefused(
          "up",
          `The server in ${clone.data} belongs to stack "dev"`,
          "npm run down -- --stack dev",
        );
        expect(refused).not.to.match(/password authentication failed|adminUser/);
        expect(existsSync(join(clone.data, "postmaster.pid")), "the server runs on").to.equal(true);
        expect(await clone.succeeds("down")).to.include("the stack's state does not contain it");
        expect(clone.project.leftovers()).to.deep.equal([]);
        await clone.isRefused("down", 'There is no stack "dev"', "npm run servers");
      },
    );

    scene(
      "lost with the data, while the server runs on: `up` ends that and makes everything",
      {},
      async (clone) => {
        const { pid } = clone;
        rmSync(clone.state, { recursive: true });
        rmSync(clone.data, { recursive: true });
        await clone.succeeds("up");
        expect(clone.pid).not.to.equal(pid);
        await clone.works();
      },
    );

    scene(
      "written by version 0.1: previewed, refreshed, updated, and gone without a trace",
      {},
      async (clone) => {
        await asVersion01(clone);
        const { stdout } = await clone.project.pulumi("preview", "--json", "-s", "dev");
        const { steps } = JSON.parse(stdout) as { steps: { op: string; urn: string }[] };
        const changes = steps
          .filter(({ op }) => op !== "same")
          .map(({ op, urn }) => `${op} ${urn.split("::").at(-1)!}`);
        // Each is named in CHANGELOG.md.
        expect(changes.sort()).to.deep.equal([
          "create dev-database-administrator-settings",
          "create dev-database-owner-salt",
          "create dev-database-owner-tasks",
          "create dev-database-role-salt",
          "create dev-database-role-settings",
          "create dev-settings-max_connections",
          "update dev-database-owner",
          "update dev-database-role",
          "update dev-dataset",
          "update dev-quality",
          "update dev-settings-in-force",
        ]);
        await pulumi(clone, "refresh", "--yes", "--skip-preview", "-s", "dev");
        await clone.succeeds("up");
        await clone.works();
        await clone.isSettled();
        await clone.succeeds("down");
        expect(clone.project.leftovers()).to.deep.equal([]);
      },
    );

    scene("written by version 0.1, and the data lost: one `up` makes everything anew", {}, async (clone) => {
      await asVersion01(clone);
      rmSync(clone.data, { recursive: true });
      const gone = `The data folder ${clone.data} is gone.`;
      clone.project.configure("dev", { protect: "true" });
      await clone.isRefused("up", gone, /Restore the folder, or .*protect false/);
      clone.project.configure("dev", { protect: "false" });
      expect(await clone.succeeds("up")).to.include(
        `${gone} The server is created again, with everything in it.`,
      );
      await clone.works();
      await clone.isSettled();
    });

    scene(
      "of another time than the data, with other passwords: one error, and new ones mend it",
      {},
      async (clone) => {
        const adminUrl = await clone.project.adminUrl("dev");
        const url = new URL(clone.databaseUrl);
        await withAdministrator(adminUrl, (client) =>
          client.query(`ALTER ROLE ${quoteIdentifier(url.username)} PASSWORD 'of another time'`),
        );
        await clone.isRefused("up", "password authentication failed", "Raise chat-perf:passwordVersion");
        clone.project.configure("dev", { passwordVersion: 2 });
        await clone.succeeds("up");
        await clone.works();
      },
    );
  });
});
