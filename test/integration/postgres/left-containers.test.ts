import { mkdirSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { birthOf } from "../../../common/same-path";
import {
  PLACE_LABEL,
  PROJECT_BIRTH_LABEL,
  PROJECT_LABEL,
  STACK_LABEL,
} from "../../../postgres/docker/engine";
import { assertNoContainerLeft, removeLeftServers } from "../../../postgres/found-servers";
import { type Answer, FakeEngine } from "../../support/docker-fake-engine";
import { setUpEach } from "../../support/fixture";
import { failureOf } from "../../support/rejection";
import { temporaryFolder } from "../../support/server";

const name = "chat-perf-dev-0a1b2c3d";

describe("a container that its stack's state does not contain", () => {
  let project: string;
  let engine: FakeEngine;
  let said: string[];
  const print = (line: string): void => void said.push(line);

  setUpEach((undo) => {
    const folder = temporaryFolder("left-containers");
    undo(() => {
      rmSync(folder, { recursive: true });
    });
    project = join(folder, "project");
    mkdirSync(project);
    said = [];
    const before = process.env.DOCKER_HOST;
    undo(async () => {
      if (before === undefined) delete process.env.DOCKER_HOST;
      else process.env.DOCKER_HOST = before;
      await engine.stop();
    });
  });

  /** Starts an engine in which the project has a container. */
  async function made(by: string, birth?: string): Promise<void> {
    const labels = { [PLACE_LABEL]: name, [STACK_LABEL]: "dev", [PROJECT_LABEL]: by };
    const volume = {
      Name: name,
      Labels: birth === undefined ? labels : { ...labels, [PROJECT_BIRTH_LABEL]: birth },
    };
    const container = { Id: "1", Labels: { [PLACE_LABEL]: name }, State: "running", Ports: [] };
    const answers: Record<string, Answer> = {
      "GET /_ping": [200, "OK"],
      "GET /containers/json": [200, [container]],
      "GET /volumes": [200, { Volumes: [volume] }],
    };
    engine = await FakeEngine.start(answers);
    process.env.DOCKER_HOST = `unix://${engine.socket}`;
  }

  const states = () => ({ projectRoot: project, backend: join(project, ".pulumi", "state", ".pulumi") });
  const up = (stack = "dev") => assertNoContainerLeft(stack, states(), print);

  async function isFound(): Promise<void> {
    const { problem, remedy } = await failureOf(up());
    expect(problem).to.include(`The container ${name} belongs to stack "dev"`);
    expect(remedy).to.include("pulumi stack import -s dev").and.include("npm run down -- --stack dev");
    await up("another");
  }

  it("is found by the folder of the project", async () => {
    await made(project, birthOf(project));
    await isFound();
  });

  it("is found where an earlier version has made it", async () => {
    await made(project);
    await isFound();
  });

  it("is found when the project was moved", async () => {
    await made(project, birthOf(project));
    const moved = `${project} elsewhere`;
    renameSync(project, moved);
    project = moved;
    await isFound();
  });

  it("is left alone, and named, when it belongs to a project that was in the folder before", async () => {
    const birth = birthOf(project);
    await made(project, birth);
    renameSync(project, `${project} elsewhere`);
    mkdirSync(project);
    await up();
    expect(await removeLeftServers("dev", states(), print)).to.equal(false);
    expect(said).to.have.length(2);
    expect(said[1]).to.include("another project that was in this folder").and.include(`--remove ${name}`);
    expect(engine.asked.filter((question) => !question.startsWith("GET "))).to.deep.equal([]);
  });
});
