import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect } from "chai";
import { PLACE_LABEL, PROJECT_LABEL } from "../../../postgres/docker/engine";
import { ensurePlace, placeState, removePlace } from "../../../postgres/docker/place";
import { stateFile } from "../../../common/local-state";
import { dockerPlace } from "../../../runtime/tasks/docker-place";
import { protection } from "../../../runtime/tasks/protection";
import { type Answer, FakeEngine } from "../../support/docker-fake-engine";
import { setUpEach } from "../../support/fixture";
import { failureOf } from "../../support/rejection";
import { temporaryFolder } from "../../support/server";

const name = "chat-perf-dev-0a1b2c3d";
const silent = (): void => undefined;

describe("what a stack has in a Docker Engine is its own by label, project and engine", () => {
  let engine: FakeEngine;
  let folder: string;
  let project: string;

  setUpEach((undo) => {
    folder = temporaryFolder("docker-identity");
    undo(() => {
      rmSync(folder, { recursive: true });
    });
    project = join(folder, "project");
    mkdirSync(project);
    const { DOCKER_HOST: before, PULUMI_BACKEND_URL: backend } = process.env;
    delete process.env.PULUMI_BACKEND_URL;
    undo(() => {
      restore("DOCKER_HOST", before);
      restore("PULUMI_BACKEND_URL", backend);
    });
  });

  function restore(variable: string, value: string | undefined): void {
    if (value === undefined) Reflect.deleteProperty(process.env, variable);
    else process.env[variable] = value;
  }

  /** A fake engine with the stack's container and volume, and these different answers. */
  async function withEngine(
    changes: Readonly<Record<string, Answer>>,
    work: () => Promise<void>,
  ): Promise<void> {
    const answers = {
      "GET /version": [200, { Os: "linux", Arch: "amd64" }] as Answer,
      "GET /images/postgres:18/json": [200, { Id: "sha256:0", Os: "linux", Architecture: "amd64" }] as Answer,
      "GET /info": [200, { ID: "this-engine" }] as Answer,
      [`GET /containers/${name}/json`]: container({ [PLACE_LABEL]: name }),
      [`GET /volumes/${name}`]: volume({ [PLACE_LABEL]: name, [PROJECT_LABEL]: project }),
      ...changes,
    };
    engine = await FakeEngine.start(answers);
    process.env.DOCKER_HOST = `unix://${engine.socket}`;
    try {
      await work();
    } finally {
      await engine.stop();
    }
  }

  const container = (labels: object): Answer => [
    200,
    { Id: "1", State: { Running: true }, Config: { Labels: labels } },
  ];
  const volume = (labels: object): Answer => [200, { Name: name, Labels: labels }];
  const place = { name, host: "127.0.0.1", port: 5433, engine: "this-engine" };
  const request = () => ({ stack: "dev", image: "postgres:18", open: false, projectRoot: project });

  /** Expects this error from every operation, and no change in the engine. */
  async function isRefused(expected: RegExp): Promise<void> {
    const attempts = [
      () => ensurePlace(request(), place, silent),
      () => removePlace(place, silent, project),
      () => placeState(place, project),
    ];
    for (const attempt of attempts) expect((await failureOf(attempt())).message).to.match(expected);
    expect(engine.asked.filter((question) => !question.startsWith("GET "))).to.deep.equal([]);
  }

  /** Creates a project with a state that contains the container. */
  function knownIn(root: string): void {
    const file = stateFile(join(root, ".pulumi", "state", ".pulumi"), "chat-perf", "dev");
    mkdirSync(dirname(file), { recursive: true });
    const resources = [{ type: "pulumi-nodejs:dynamic/chatperf:DockerPlace", outputs: { name } }];
    writeFileSync(file, JSON.stringify({ version: 3, checkpoint: { latest: { resources } } }));
  }

  it("is used as it was where all of these agree", () =>
    withEngine({}, async () => {
      expect(await ensurePlace(request(), place, silent)).to.deep.equal(place);
      expect(await placeState(place, project)).to.equal("as it was");
    }));

  it("is taken over from an earlier version, which wrote neither project nor engine", () =>
    withEngine({ [`GET /volumes/${name}`]: volume({ [PLACE_LABEL]: name }) }, async () => {
      const { engine: _engine, ...before } = place;
      expect(_engine).to.equal("this-engine");
      expect(await ensurePlace(request(), before, silent)).to.deep.equal(place);
      expect(await placeState(before, project)).to.equal("as it was");
    }));

  it("is not looked for in another engine", () =>
    withEngine({ "GET /info": [200, { ID: "another" }] }, () =>
      isRefused(
        /\(DOCKER_HOST\) is not the engine in which the stack's container was created.*\n.*Set DOCKER_HOST to the engine in which/,
      ),
    ));

  for (const [what, question, answer] of [
    ["container", `GET /containers/${name}/json`, container({})],
    ["volume", `GET /volumes/${name}`, volume({ [PLACE_LABEL]: "another" })],
  ] as const) {
    it(`is not a ${what} that only has its name`, () =>
      withEngine({ [question]: answer }, () =>
        isRefused(new RegExp(`^The ${what} ${name} in the Docker Engine was not created by the stack`)),
      ));
  }

  it("is not that of the project of which this one is a copy", async () => {
    const original = join(folder, "original");
    knownIn(original);
    const labels = { [PLACE_LABEL]: name, [PROJECT_LABEL]: original };
    await withEngine({ [`GET /volumes/${name}`]: volume(labels) }, async () => {
      await isRefused(
        new RegExp(
          `copy of ${original}, whose .* contains .*\\n.*Use the stack in ${original}\\. Or give this copy its own server`,
        ),
      );
      // It is the first to be asked when the stack is to go.
      const deletion = protection.delete!(
        { stack: "dev", protect: false, target: "docker", container: name },
        silent,
      );
      expect((await failureOf(deletion)).message).to.include(`copy of ${original}`);
    });
  });

  it("is that of a project that was moved, or whose state is in a backend that several use", async () => {
    const original = join(folder, "original");
    const labels = { [PLACE_LABEL]: name, [PROJECT_LABEL]: original };
    await withEngine({ [`GET /volumes/${name}`]: volume(labels) }, async () => {
      expect(await placeState(place, project), "moved").to.equal("as it was");
      knownIn(original);
      process.env.PULUMI_BACKEND_URL = `file://${original}/.pulumi/state`;
      expect(await placeState(place, project), "the same state").to.equal("as it was");
    });
  });

  it("is gone with its container and volume, which preview and refresh say, and not when only the container is missing", async () => {
    const missing: Answer = [404, { message: "not found" }];
    const state = { ...place, stack: "dev", image: "postgres:18", wantedPort: 0, open: false };
    await withEngine({ [`GET /containers/${name}/json`]: missing }, async () => {
      expect(await dockerPlace.stale!(state)).to.equal(false);
    });
    const bothMissing = { [`GET /containers/${name}/json`]: missing, [`GET /volumes/${name}`]: missing };
    await withEngine(bothMissing, async () => {
      const gone = `The container ${name} and its volume with the data no longer exist in the Docker Engine.`;
      expect(await dockerPlace.stale!(state)).to.deep.equal({ gone });
      expect((await failureOf(dockerPlace.read!(state, silent))).message)
        .to.include(gone)
        .and.include("npm run up -- --stack dev");
    });
  });
});
