import { connect, createServer, type Socket } from "node:net";
import type { AddressInfo } from "node:net";
import { expect } from "chai";
import { ensurePlace, type PlaceRequest } from "../../../postgres/docker/place";
import { type Answer, FakeEngine } from "../../support/docker-fake-engine";
import { setUpEach } from "../../support/fixture";
import { failureOf } from "../../support/rejection";

const request: PlaceRequest = { stack: "dev", image: "postgres:18", open: false };
const linux: Answer = [200, { Os: "linux", Arch: "amd64" }];
const here = { "GET /version": linux, "GET /images/postgres:18/json": image("linux", "amd64") };

function image(os: string, architecture: string): Answer {
  return [200, { Id: "sha256:0", Os: os, Architecture: architecture }];
}

describe("a stack's place in a Docker Engine", () => {
  const log: string[] = [];
  const dockerHost = process.env.DOCKER_HOST;
  let engine: FakeEngine | undefined;

  setUpEach((undo) => {
    log.length = 0;
    undo(async () => {
      await engine?.stop();
      engine = undefined;
      if (dockerHost === undefined) delete process.env.DOCKER_HOST;
      else process.env.DOCKER_HOST = dockerHost;
    });
  });

  const place = (changes: Partial<PlaceRequest> = {}, before?: Parameters<typeof ensurePlace>[1]) =>
    ensurePlace({ ...request, ...changes }, before, (line) => log.push(line));

  async function engineWith(answers: Readonly<Record<string, Answer>>): Promise<FakeEngine> {
    engine = await FakeEngine.start(answers);
    process.env.DOCKER_HOST = `unix://${engine.socket}`;
    return engine;
  }

  it("has its own name and port, which do not change", async () => {
    await engineWith(here);
    const [one, other] = [await place(), await place()];
    expect(one.name).to.match(/^chat-perf-dev-[\da-f]{8}$/);
    expect(one.host).to.equal("127.0.0.1");
    expect(other.name).not.to.equal(one.name);
    expect(await place({}, one)).to.deep.equal(one);
    expect(await place({ port: one.port }, other)).to.deep.equal({ ...other, port: one.port });
    expect(log).to.deep.equal([]);
  });

  it("needs an engine that answers", async () => {
    process.env.DOCKER_HOST = "unix:///nowhere/docker.sock";
    const { problem, remedy } = await failureOf(place());
    expect(problem).to.match(
      /^No answer from the Docker Engine at unix:\/\/\/nowhere\/docker\.sock \(DOCKER_HOST\): /,
    );
    expect(remedy).to.include("Start it");
  });

  it("needs a DOCKER_HOST that can be read", async () => {
    process.env.DOCKER_HOST = "unix//docker.sock:x";
    expect((await failureOf(place())).problem).to.match(
      /^DOCKER_HOST \(unix\/\/docker\.sock:x\) is not the address of a Docker/,
    );
  });

  it("needs the right to use the engine", async () => {
    await engineWith({ "GET /version": [403, { message: "authorization denied by plugin" }] });
    const { problem, remedy } = await failureOf(place());
    expect(problem).to.match(
      /^You are not allowed to use the Docker Engine at .*: authorization denied by plugin\.$/,
    );
    expect(remedy).to.include("the group `docker`");
  });

  it("needs an image that is there or can be pulled, and pulls no more than its tag", async () => {
    await engineWith({
      "GET /version": linux,
      "POST /images/create": [404, { message: "manifest for postgers:18 not found" }],
    });
    const { problem, remedy } = await failureOf(place({ image: "postgers:18" }));
    expect(problem).to.equal(
      "The Docker Engine does not have the image postgers:18 (chat-perf:image) and cannot pull it: manifest for " +
        "postgers:18 not found.",
    );
    expect(remedy).to.include("pulumi config set image");
    expect(log).to.deep.equal(["Pulling postgers:18..."]);
  });

  it("needs an image for the engine's own kind of machine", async () => {
    await engineWith({ ...here, "GET /images/postgres:18/json": image("linux", "arm64") });
    expect((await failureOf(place())).problem).to.equal(
      "The image postgres:18 (chat-perf:image) is for linux on arm64, but the Docker Engine runs linux on amd64.",
    );
  });

  it("needs a free port", async () => {
    await engineWith(here);
    const other = createServer().listen(0, "127.0.0.1");
    await new Promise((done) => other.once("listening", done));
    try {
      const { port } = other.address() as AddressInfo;
      expect((await failureOf(place({ port }))).problem).to.match(
        new RegExp(`^Port ${port} of the server \\(chat-perf:port\\) cannot be used`),
      );
      // The stack's own container uses the port.
      const running = { Id: "1", State: { Running: true } };
      await engine!.stop();
      await engineWith({ ...here, "GET /containers/chat-perf-dev-0a1b2c3d/json": [200, running] });
      const before = { name: "chat-perf-dev-0a1b2c3d", host: "127.0.0.1", port };
      expect(await place({ port }, before)).to.deep.equal(before);
    } finally {
      other.close();
    }
  });

  it("needs networks that may connect, where the engine is on another machine", async () => {
    const far = await engineWith(here);
    const http = createServer((near) => near.pipe(connectTo(far)).pipe(near)).listen(0, "127.0.0.2");
    await new Promise((done) => http.once("listening", done));
    try {
      process.env.DOCKER_HOST = `tcp://127.0.0.2:${(http.address() as AddressInfo).port}`;
      expect((await failureOf(place())).problem).to.include(
        "The Docker Engine of DOCKER_HOST runs on 127.0.0.2",
      );
      expect(await place({ open: true })).to.include({ host: "127.0.0.2" });
    } finally {
      http.close();
    }
  });
});

function connectTo({ socket }: FakeEngine): Socket {
  return connect(socket);
}
