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

/** A stack name that no other test uses. */
const STACK = "killed";
const dataset = { messages: 3_000, users: 100, conversations: 100 };

/** The target of a stack whose server is killed. */
export interface KillableServer {
  /** The name of the target, e.g. `embedded`. */
  target: string;
  /** The needs of the target. */
  needs: NeedName[];
  /** Prepares the target and returns the stack's configuration. */
  prepare(): Promise<Record<string, string | number>>;
  /** Kills the server. It does nothing if the server does not run. */
  kill(project: TestProject, stack: string): Promise<void>;
  /** Everything that the stack has left, in addition to Pulumi's state. */
  traces(project: TestProject, stack: string): Promise<string[]>;
}

/** Kills the engine and the server alternately, at random moments of `up` and `destroy`. The next run must complete. */
export function survivesKills(server: KillableServer, rounds: number, first: number): void {
  describe(`a stack of target ${server.target} that is killed`, function () {
    this.timeout(900_000);
    const moments = new Stream(`kills of ${server.target}`, "moment");
    let project: TestProject;
    let around: Surroundings;
    /** The number of steps of each command without a kill. */
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

    /** Expects `npm run up` or `npm run down` to succeed, also after a kill that left a lock or a state that was cut off. */
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
