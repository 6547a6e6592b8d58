import { execFileSync } from "node:child_process";
import { readdirSync, renameSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import type Docker from "dockerode";
import { expect } from "chai";
import { withClient } from "../../postgres/connection";
import { dockerEngine } from "../support/docker";
import { TEST_IMAGE } from "../support/docker-image";
import { containerAt, thingsOf } from "../support/docker-place";
import { setUp } from "../support/fixture";
import { needs, skipWithout } from "../support/needs";
import { OtherHost } from "../support/network-namespace";
import { small, TestProject } from "../support/project";

const MB = 2 ** 20;

describe("a server in a container", function () {
  this.timeout(600_000);
  let docker: Docker;
  let project: TestProject;
  let adminUrl: string;

  needs("docker", "image");
  setUp(async (undo) => {
    docker = await dockerEngine();
    project = TestProject.create();
    undo(() => project.dispose("dev"));
    project.configure("dev", { ...small, target: "docker", image: TEST_IMAGE });
    await project.pulumi("stack", "init", "dev");
    await up();
  });

  async function up(config: Record<string, string> = {}): Promise<void> {
    project.configure("dev", config);
    const { code, output } = await project.pulumi("up", "--yes", "--skip-preview", "-s", "dev");
    expect(code, output).to.equal(0);
    adminUrl = await project.adminUrl("dev");
  }

  const port = (): number => Number(new URL(adminUrl).port);
  const inspected = async () => docker.getContainer(await containerAt(docker, port())).inspect();
  const show = (setting: string): Promise<string> =>
    withClient(adminUrl, async (client) => {
      const { rows } = await client.query<{ value: string }>("SELECT current_setting($1) AS value", [
        setting,
      ]);
      return rows[0]!.value;
    });
  const loaded = (): Promise<unknown> => project.output("dev", "dataset");

  it("is published on loopback only, restarted by the engine, sized by its settings, and rotates its log", async () => {
    const { HostConfig, Config } = await inspected();
    expect(HostConfig.PortBindings).to.deep.equal({
      "5432/tcp": [{ HostIp: "127.0.0.1", HostPort: String(port()) }],
    });
    expect(HostConfig).to.deep.include({
      RestartPolicy: { Name: "unless-stopped", MaximumRetryCount: 0 },
      LogConfig: { Type: "json-file", Config: { "max-size": "50m", "max-file": "3" } },
      // ShmSize is maintenance_work_mem and 8 times work_mem. Memory is twice that, shared_buffers, and 1 GB.
      ShmSize: 640 * MB,
      Memory: 2560 * MB,
      MemorySwap: 2560 * MB,
    });
    expect(Config.Healthcheck?.Test).to.deep.equal(["CMD", "pg_isready", "-q", "-h", "127.0.0.1"]);
  });

  it("keeps its administrator's password encrypted in the state", async () => {
    const password = decodeURIComponent(new URL(adminUrl).password);
    const { stdout } = await project.pulumi("stack", "export", "-s", "dev");
    expect(stdout).to.include("dev-container").and.not.to.include(password);
    expect((await inspected()).Config.Env).to.include(`POSTGRES_PASSWORD=${password}`);
  });

  it("is restarted for a setting that needs it, and given the memory, with its rows", async () => {
    const before = await inspected();
    const rows = await loaded();
    await up({ sharedBuffers: "300MB" });
    const after = await inspected();
    expect(after.Id).to.equal(before.Id);
    expect(after.State.StartedAt).not.to.equal(before.State.StartedAt);
    expect(after.HostConfig.Memory).to.equal(before.HostConfig.Memory! + 44 * MB);
    expect(await show("shared_buffers")).to.equal("300MB");
    expect(await loaded()).to.deep.equal(rows);
  });

  it("is replaced by another container on its port, with its rows and settings", async () => {
    const before = await inspected();
    const rows = await loaded();
    await up({ workMem: "80MB" });
    const after = await inspected();
    expect(after.Id).not.to.equal(before.Id);
    expect(after.HostConfig.ShmSize).to.equal(768 * MB);
    expect([await show("work_mem"), await show("shared_buffers")]).to.deep.equal(["80MB", "300MB"]);
    expect(await loaded()).to.deep.equal(rows);
    const counts = await withClient(await project.output<string>("dev", "DATABASE_URL"), async (client) => {
      return (await client.query<object>("SELECT count(*)::int AS messages FROM messages")).rows;
    });
    expect(counts).to.deep.equal([{ messages: small.messages }]);
  });

  it("comes back with its rows after somebody has removed the container", async () => {
    await docker.getContainer((await inspected()).Id).remove({ force: true, v: true });
    const refused = await project.pulumi("up", "--yes", "--skip-preview", "-s", "dev");
    expect(refused.code).not.to.equal(0);
    expect(refused.output).to.match(
      /The container chat-perf-dev-\w+ is gone\.\s+Somebody has removed it\. Run `pulumi/,
    );
    const refresh = await project.pulumi("refresh", "--yes", "--skip-preview", "-s", "dev");
    expect(refresh.output).to.match(/index:Container dev-container deleted/);
    await up();
    expect(await show("work_mem")).to.equal("80MB");
  });

  it("is created again with everything in it after its volume is lost, as the preview says", async () => {
    const before = await inspected();
    await docker.getContainer(before.Id).remove({ force: true, v: true });
    await docker.getVolume(before.Name.slice(1)).remove();
    const gone = `The container ${before.Name.slice(1)} and its volume with the data no longer exist in the Docker Engine.`;
    const preview = await project.pulumi("preview", "-s", "dev");
    expect(preview.code, preview.output).to.equal(0);
    expect(preview.output).to.include(`${gone} The server is created again, with everything in it.`);
    await up();
    expect(await show("work_mem")).to.equal("80MB");
    const counts = await withClient(await project.output<string>("dev", "DATABASE_URL"), async (client) => {
      return (await client.query<object>("SELECT count(*)::int AS messages FROM messages")).rows;
    });
    expect(counts).to.deep.equal([{ messages: small.messages }]);
    const again = await project.pulumi("preview", "--expect-no-changes", "-s", "dev");
    expect(again.code, again.output).to.equal(0);
  });

  it("is reached from networks that are allowed, by TLS, and from no others", async function () {
    await skipWithout(this, "hosts");
    const other = await OtherHost.create();
    try {
      const url = await project.output<string>("dev", "DATABASE_URL");
      const login = () => other.login(`${url}?sslmode=require`);
      expect((await login()).error).to.match(/ECONNREFUSED/);
      await up({ allowedCidrs: `${other.address}/32` });
      expect((await inspected()).HostConfig.PortBindings).to.deep.equal({
        "5432/tcp": [{ HostIp: "0.0.0.0", HostPort: String(port()) }],
      });
      expect(await login()).to.deep.equal({ tls: "TLSv1.3" });
      await up({ allowedCidrs: "198.51.100.0/24" });
      expect((await login()).error).to.match(/pg_hba\.conf rejects connection/);
    } finally {
      await other.remove();
    }
  });

  /** Runs a command of `package.json`, without the setup. */
  const run = (where: TestProject, command: "up" | "down") =>
    where.run(process.execPath, [
      ...["--require", "./runtime/preload.cjs", `cli/${command}.ts`, "--stack", "dev"],
    ]);
  const name = async (): Promise<string> => containerAt(docker, port());
  const filesIn = ({ folder }: TestProject): string[] =>
    [".secrets", "reports"].flatMap((each) => readdirSync(join(folder, each)));

  it("scene 36: is left alone by a copy of the project, in which nothing is removed either", async () => {
    const copied = project.at(join(dirname(project.folder), "a copy"));
    execFileSync("cp", ["-a", project.folder, copied.folder]);
    const [things, rows, files] = [await thingsOf(docker, await name()), await loaded(), filesIn(copied)];
    for (const command of ["up", "down"] as const) {
      const { code, output } = await run(copied, command);
      expect(code, output).not.to.equal(0);
      expect(output)
        .to.include(`This project is a copy of ${project.folder}, whose state also contains the container`)
        .and.include("give this copy its own server");
    }
    expect(filesIn(copied)).to.deep.equal(files);
    expect(await thingsOf(docker, await name())).to.deep.equal(things);
    expect(await loaded()).to.deep.equal(rows);
    rmSync(copied.folder, { recursive: true });
  });

  it("scene 37: goes on with a project that was moved, and moved back", async () => {
    const rows = await loaded();
    const before = project.folder;
    const moved = project.at(join(dirname(before), "moved"));
    renameSync(before, moved.folder);
    try {
      const { code, output } = await run(moved, "up");
      expect(code, output).to.equal(0);
      expect(await moved.output("dev", "dataset")).to.deep.equal(rows);
    } finally {
      // The container's volume names the project's first folder for ever.
      renameSync(moved.folder, before);
    }
  });

  it("scene 38: is not made again by a stack whose state was lost, and goes with its `down`", async () => {
    const container = await name();
    rmSync(join(project.folder, ".pulumi", "state", ".pulumi"), { recursive: true });
    const refused = await run(project, "up");
    expect(refused.code).not.to.equal(0);
    expect(refused.output).to.include(`The container ${container} belongs to stack "dev"`);
    expect(refused.output).to.include("npm run down -- --stack dev");
    const { code, output } = await run(project, "down");
    expect(code, output).to.equal(0);
    expect(await thingsOf(docker, container)).to.deep.equal([]);
    expect(project.leftovers()).to.deep.equal([]);
  });
});
