import { expect } from "chai";
import type Docker from "dockerode";
import { Client } from "pg";
import { dockerEngine } from "../../support/docker";
import { TEST_IMAGE } from "../../support/docker-image";
import { containerAt, thingsOf } from "../../support/docker-place";
import { setUp } from "../../support/fixture";
import { needs } from "../../support/needs";
import { small, TestProject } from "../../support/project";

const bands = ["dev", "staging", "perf"];

describe("the stacks of all bands, on this machine and in containers at the same time", function () {
  this.timeout(900_000);
  let docker: Docker;
  let onMachine: TestProject;
  let inContainers: TestProject;
  const stacks: { project: TestProject; band: string; url: string }[] = [];

  needs("docker", "image");
  setUp(async (undo) => {
    docker = await dockerEngine();
    [onMachine, inContainers] = [TestProject.create(), TestProject.create()];
    undo(() => Promise.all([onMachine, inContainers].map((project) => project.dispose(...bands))));
    for (const band of bands) {
      const config = { ...small, protect: "false", sharedBuffers: "128MB" };
      onMachine.configure(band, config);
      inContainers.configure(band, { ...config, target: "docker", image: TEST_IMAGE });
    }
    for (const project of [onMachine, inContainers])
      for (const band of bands) await project.pulumi("stack", "init", band);
  });

  const messagesOf = async (url: string): Promise<number> => {
    const client = new Client(url);
    await client.connect();
    try {
      const { rows } = await client.query<{ count: number }>("SELECT count(*)::int AS count FROM messages");
      return rows[0]!.count;
    } finally {
      await client.end();
    }
  };

  it("run side by side, each with its own port, database and role", async () => {
    const comeUp = async (project: TestProject): Promise<void> => {
      for (const band of bands) {
        const { code, output } = await project.pulumi("up", "--yes", "--skip-preview", "-s", band);
        expect(code, output).to.equal(0);
        stacks.push({ project, band, url: await project.output<string>(band, "DATABASE_URL") });
      }
    };
    await Promise.all([comeUp(onMachine), comeUp(inContainers)]);
    expect(new Set(stacks.map(({ url }) => new URL(url).port)).size).to.equal(6);
    expect(new Set(stacks.map(({ url }) => new URL(url).pathname)).size).to.equal(3);
    for (const { url } of stacks) expect(await messagesOf(url)).to.equal(small.messages);
  });

  it("let no role of another stack in", async () => {
    const [dev, staging] = ["dev", "staging"].map((band) =>
      stacks.find((stack) => stack.project === onMachine && stack.band === band)!,
    );
    const strange = new URL(dev!.url);
    strange.port = new URL(staging!.url).port;
    strange.pathname = new URL(staging!.url).pathname;
    const error = await messagesOf(strange.href).catch((reason: unknown) => reason);
    expect(error)
      .to.be.instanceOf(Error)
      .with.property("message")
      .that.matches(/pg_hba\.conf|no encryption/);
  });

  it("go in any order, and leave the others alone", async () => {
    const left = [3, 0, 5, 1, 4, 2].map((place) => stacks[place]!);
    while (left.length > 0) {
      const { project, band, url } = left.shift()!;
      const place = project === inContainers ? await containerAt(docker, Number(new URL(url).port)) : "";
      const { code, output } = await project.pulumi("destroy", "--yes", "--skip-preview", "-s", band);
      expect(code, output).to.equal(0);
      if (place !== "") expect(await thingsOf(docker, place)).to.deep.equal([]);
      for (const other of left) expect(await messagesOf(other.url)).to.equal(small.messages);
    }
    expect(onMachine.leftovers()).to.deep.equal([]);
    expect(inContainers.leftovers()).to.deep.equal([]);
  });
});
