import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { expect } from "chai";
import { Client } from "pg";
import { serverUser } from "../../postgres/embedded/server-user";
import { setUp, withUndo } from "../support/fixture";
import {
  everythingAtOnce,
  type HostileEnvironment,
  hostileEnvironments,
} from "../support/hostile-environments";
import { skipWithout } from "../support/needs";
import { type CommandResult, TestProject } from "../support/project";
import { rejection } from "../support/rejection";
import {
  dataDirectory,
  differences,
  filesBelow,
  openToOthers,
  shapeOf,
  type StackShape,
} from "../support/stack-shape";
import type { Undo } from "../support/undoing";
import { projectOfUser } from "../support/user-project";

/** As few rows as pass all checks. */
const tiny = { messages: 3_000, users: 100, conversations: 100 };

describe("a stack in a hostile environment", function () {
  this.timeout(600_000);
  /** What the environments name lies here. */
  let folder: string;
  /** A stack that was made in a plain environment. */
  let plain: TestProject;
  let expected: StackShape;
  /** Where stacks are made in hostile environments: a clone of the tests' user, and one of an ordinary user. */
  let clones: Record<"own" | "ordinary", TestProject>;

  setUp(async (undo) => {
    folder = mkdtempSync(join(tmpdir(), "hostile-"));
    chmodSync(folder, 0o755);
    undo(() => {
      rmSync(folder, { recursive: true });
    });
    const user = serverUser();
    const own = newClone(undo);
    clones = { own, ordinary: user === undefined ? own : await projectOfUser(user, newClone(undo)) };
    plain = newClone(undo);
    const before = new Set(filesBelow(plain.folder));
    await succeeds(command(plain, {}, "cli/up.ts"));
    expected = shapeOf(plain, "dev", before);
  });

  function newClone(undo: Undo): TestProject {
    const project = TestProject.create();
    undo(() => project.dispose("dev"));
    project.configure("dev", tiny);
    for (const name of ["home", "tmp"]) mkdirSync(join(dirname(project.folder), name));
    return project;
  }

  /** A command of package.json's in an environment that differs from a plain one as said. */
  function command(
    where: TestProject,
    { umask = "022", openFiles = 1024, variables }: Omit<HostileEnvironment, "title">,
    ...program: string[]
  ): Promise<CommandResult> {
    const node = [process.execPath, "--require", "./runtime/preload.cjs", ...program];
    const limits = `umask ${umask}; ulimit -n ${openFiles}; exec "$0" "$@"`;
    const own = mkdtempSync(join(folder, "environment-"));
    chmodSync(own, 0o755);
    return where.run("/bin/sh", ["-c", limits, ...node], {
      HOME: join(dirname(where.folder), "home"),
      TMPDIR: join(dirname(where.folder), "tmp"),
      ...variables?.(own),
    });
  }

  async function succeeds(result: Promise<CommandResult>): Promise<string> {
    const { code, output } = await result;
    expect(code, output).to.equal(0);
    return output;
  }

  /** Temporary files that are still there. */
  function temporaryFiles(where: TestProject): string[] {
    return [dirname(where.folder), folder].flatMap((each) =>
      filesBelow(each).filter((path) => /^tmp\/|temporary files\/x+\//.test(path)),
    );
  }

  for (const { title, ...environment } of hostileEnvironments) {
    it(`is the same in one ${title}, and is removed in a plain one`, async function () {
      if (environment.user === "root") await skipWithout(this, "root");
      const where = clones[environment.user === "ordinary" ? "ordinary" : "own"];
      const before = new Set(filesBelow(where.folder));
      await succeeds(command(where, environment, "cli/up.ts"));
      expect(differences(shapeOf(where, "dev", before), expected)).to.deep.equal([]);
      expect(openToOthers(join(dirname(where.folder), "home")), "in the home").to.deep.equal([]);

      const data = dataDirectory(where, "dev");
      await succeeds(command(where, {}, "cli/down.ts", "--stack", "dev"));
      expect(existsSync(data), data).to.be.false;
      const state = join(".pulumi", "state");
      const left = filesBelow(where.folder).filter((path) => !before.has(path) && !path.startsWith(state));
      expect(left).to.deep.equal([]);
      expect(temporaryFiles(where)).to.deep.equal([]);
      // The next test begins without a state, as this one did.
      for (const name of readdirSync(join(where.folder, state)))
        rmSync(join(where.folder, state, name), { recursive: true });
    });
  }

  it("is unchanged in one with all of that, and is validated there", async () => {
    const up = await succeeds(command(plain, everythingAtOnce, "cli/up.ts"));
    expect(up).to.match(/Resources: \d+ unchanged, in /);
    const report = ["--stack", "dev", "--output", "report.json"];
    await succeeds(command(plain, everythingAtOnce, "cli/validate.ts", ...report));
    expect(temporaryFiles(plain)).to.deep.equal([]);
  });

  it(
    "gets in while the application holds all sessions that it may",
    withUndo(async (undo) => {
      const connectionString = await plain.output<string>("dev", "DATABASE_URL");
      const hold = async (): Promise<void> => {
        const client = new Client({ connectionString });
        client.on("error", () => undefined);
        await client.connect();
        undo(() => client.end());
      };
      for (let held = 0; held < 100; held++) await hold();
      expect(await rejection(hold())).to.match(/too many connections for role/);
      await succeeds(plain.pulumi("refresh", "--yes", "--skip-preview", "-s", "dev"));
      await succeeds(command(plain, {}, "cli/validate.ts", "--stack", "dev"));
      expect(await succeeds(command(plain, {}, "cli/up.ts"))).to.match(/Resources: \d+ unchanged, in /);
    }),
  );
});
