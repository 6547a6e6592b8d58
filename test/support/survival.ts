import { writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect } from "chai";
import { Client } from "pg";
import { Stream } from "../../common/random";
import { setUp } from "./fixture";
import { Run } from "./killed-run";
import { type NeedName, needs } from "./needs";
import { TestProject } from "./project";
import { Surroundings } from "./surroundings";

/** Another name than other tests' stacks have: what is there under it is this test's. */
const STACK = "killed";
const dataset = { messages: 3_000, users: 100, conversations: 100 };

/** Where the server of a stack runs, to be killed there. */
export interface KillableServer {
  /** e.g. `embedded` */
  target: string;
  /** What it needs. */
  needs: NeedName[];
  /** Returns the stack's configuration. */
  prepare(): Promise<Record<string, string | number>>;
  /** Kills the server where it runs; nothing where it does not yet, or no more. */
  kill(project: TestProject, stack: string): Promise<void>;
  /** What is there of the stack beside Pulumi's own state. */
  traces(project: TestProject, stack: string): Promise<string[]>;
}

/**
 * Kills engine and server in turn, at moments of `up` and `destroy` that are drawn; what comes after must complete, and
 * nothing of anybody else changes.
 *
 * @param first the number of the first scene
 */
export function survivesKills(server: KillableServer, rounds: number, first: number): void {
  describe(`a stack of target ${server.target} that is killed`, function () {
    this.timeout(900_000);
    const moments = new Stream(`kills of ${server.target}`, "moment");
    let project: TestProject;
    let around: Surroundings;
    /** How many steps each command takes, undisturbed. */
    const usual = { up: 0, destroy: 0 };

    needs(...server.needs);
    setUp(async (undo) => {
      const config = await server.prepare();
      project = TestProject.create();
      undo(() => project.dispose(STACK));
      writeFileSync(join(project.folder, `Pulumi.${STACK}.yaml`), "config:\n");
      project.configure(STACK, { ...dataset, ...config });
      around = await Surroundings.settle(dirname(project.folder), undo);
      await project.pulumi("stack", "init", STACK);
      for (const command of ["up", "destroy"] as const) {
        const run = new Run(project, command, "--yes", "--skip-preview", "-s", STACK);
        await run.end();
        usual[command] = run.steps;
      }
      expect(usual.up, "steps of up").to.be.above(50);
    });

    async function interrupted(command: "up" | "destroy", victim: string, moment: number): Promise<void> {
      const run = new Run(project, command, "--yes", "--skip-preview", "-s", STACK);
      await run.reach(1 + Math.floor(moment * (usual[command] - 1)));
      if (victim === "pulumi") {
        await run.kill();
      } else {
        await server.kill(project, STACK);
        await run.end();
      }
    }

    /** By `npm run up` and `npm run down`, which know of locks and half-written states. */
    async function completes(command: "up" | "down"): Promise<void> {
      const program = ["--require", "./runtime/preload.cjs", `cli/${command}.ts`, "--stack", STACK];
      const { code, output } = await project.run(process.execPath, program);
      expect(code, output).to.equal(0);
    }

    /** Does something that may not touch what is not the stack's. */
    const apart = (work: () => Promise<void>) => async (): Promise<void> => {
      const others = await around.others();
      await work();
      expect(await around.others(), "what belongs to others").to.deep.equal(others);
    };

    for (let round = 0; round < rounds; round++) {
      const victim = round % 2 === 0 ? "pulumi" : "server";
      const [during, ending] = [moments.unit(2 * round), moments.unit(2 * round + 1)];
      const at = (moment: number): string => `${Math.round(moment * 100)}% through`;

      const number = first + 2 * round;
      it(
        `scene ${number}: comes up after ${victim} was killed ${at(during)} its up`,
        apart(async () => {
          await project.pulumi("stack", "init", STACK);
          await interrupted("up", victim, during);
          await completes("up");
          const client = new Client(await project.output<string>(STACK, "DATABASE_URL"));
          await client.connect();
          const { rows } = await client.query("SELECT count(*)::int AS messages FROM messages");
          await client.end();
          expect(rows).to.deep.equal([{ messages: dataset.messages }]);
        }),
      );

      it(
        `scene ${number + 1}: goes without a trace after ${victim} was killed ${at(ending)} its destroy`,
        apart(async () => {
          expect(await server.traces(project, STACK)).not.to.deep.equal([]);
          await interrupted("destroy", victim, ending);
          await completes("down");
          expect(await server.traces(project, STACK)).to.deep.equal([]);
          expect(around.own()).to.deep.equal([]);
          expect(project.leftovers()).to.deep.equal([]);
        }),
      );
    }
  });
}
