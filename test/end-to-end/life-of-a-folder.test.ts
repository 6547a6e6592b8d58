import { execFileSync } from "node:child_process";
import { chmodSync, existsSync, renameSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect } from "chai";
import { Client } from "pg";
import { postmasterPid } from "../support/embedded";
import { setUp } from "../support/fixture";
import { ended } from "../support/processes";
import { type CommandResult, TestProject } from "../support/project";

const dataset = { messages: 3_000, users: 100, conversations: 100 };

describe("the folder of a stack with an embedded server", function () {
  this.timeout(600_000);
  let project: TestProject;

  setUp(async (undo) => {
    project = TestProject.create();
    undo(() => project.dispose("dev"));
    // The server's user may enter it, also when root runs the tests: the data lie in the clone, as a user's do.
    chmodSync(dirname(project.folder), 0o755);
    project.configure("dev", dataset);
    await succeeds(run(project, "up"));
  });

  /** `npm run up` or `npm run down`, without the setup. */
  const run = (where: TestProject, command: "up" | "down"): Promise<CommandResult> =>
    where.run(process.execPath, ["--require", "tsx/cjs", `cli/${command}.ts`, "--stack", "dev"]);
  const succeeds = async (result: Promise<CommandResult>): Promise<string> => {
    const { code, output } = await result;
    expect(code, output).to.equal(0);
    return output;
  };
  const dataOf = ({ folder }: TestProject): string => join(folder, ".postgres", "dev");
  const messages = async (where: TestProject): Promise<number> => {
    const client = new Client(await where.output<string>("dev", "DATABASE_URL"));
    await client.connect();
    try {
      return (await client.query<{ n: number }>("SELECT count(*)::int AS n FROM messages")).rows[0]!.n;
    } finally {
      await client.end();
    }
  };

  it("may lose its data: preview and refresh say so, and one up makes everything anew", async () => {
    const pid = postmasterPid({ dataDirectory: dataOf(project) });
    process.kill(pid, "SIGKILL");
    await ended([pid]);
    rmSync(dataOf(project), { recursive: true });

    const gone = `The data folder ${dataOf(project)} is gone.`;
    const preview = await succeeds(project.pulumi("preview", "-s", "dev"));
    expect(preview).to.include(`${gone} The server is made anew, with everything in it.`);
    const refresh = await project.pulumi("refresh", "--yes", "-s", "dev");
    expect(refresh.code).not.to.equal(0);
    expect(refresh.output).to.include(gone).and.include("`npm run up -- --stack dev` makes the server");

    const up = await succeeds(run(project, "up"));
    expect(up).to.include(gone);
    expect(await messages(project)).to.equal(dataset.messages);
    await succeeds(project.pulumi("up", "--yes", "--skip-preview", "--expect-no-changes", "-s", "dev"));
  });

  it("may be copied while its server runs: the copy gets its own server, and touches no other", async () => {
    const folder = join(dirname(project.folder), "a copy");
    execFileSync("cp", ["-a", project.folder, folder]);
    const copy = project.at(folder);
    const pid = postmasterPid({ dataDirectory: dataOf(project) });

    const up = await succeeds(run(copy, "up"));
    expect(up).to.include(
      `This project is a copy of ${project.folder}, which keeps its server of stack "dev"`,
    );
    expect(await messages(copy)).to.equal(dataset.messages);
    expect(await copy.output("dev", "port")).not.to.equal(await project.output("dev", "port"));
    await succeeds(run(copy, "down"));
    expect(existsSync(join(folder, ".postgres"))).to.be.false;

    expect(postmasterPid({ dataDirectory: dataOf(project) })).to.equal(pid);
    expect(await messages(project)).to.equal(dataset.messages);
  });

  it("may be moved while its server runs, and goes on where it is now", async () => {
    move("moved");
    await succeeds(run(project, "up"));
    expect(await messages(project)).to.equal(dataset.messages);
    await succeeds(project.pulumi("up", "--yes", "--skip-preview", "--expect-no-changes", "-s", "dev"));
  });

  it("may be moved, and goes without a trace", async () => {
    move("moved again");
    const pid = postmasterPid({ dataDirectory: dataOf(project) });
    await succeeds(run(project, "down"));
    await ended([pid]);
    expect(project.leftovers()).to.deep.equal([]);
  });

  function move(name: string): void {
    const folder = join(dirname(project.folder), name);
    renameSync(project.folder, folder);
    project = project.at(folder);
  }
});
