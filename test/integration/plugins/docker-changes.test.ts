import { randomBytes } from "node:crypto";
import type Docker from "dockerode";
import { expect } from "chai";
import { plugin } from "../../../toolchain/closed-network/plugins/docker";
import { secret, type Properties, UNKNOWN } from "../../../toolchain/closed-network/plugins/values";
import { freePort } from "../../../postgres/embedded/configuration";
import { dockerEngine } from "../../support/docker";
import { TEST_IMAGE } from "../../support/docker-image";
import { stopped } from "../../support/docker-place";
import { setUp } from "../../support/fixture";
import { needs } from "../../support/needs";
import { PluginClient, type StoredResource } from "../../support/plugin";
import { rejection } from "../../support/rejection";
import { noteOutside } from "../../support/test-run";

const types = {
  network: "docker:index/network:Network",
  volume: "docker:index/volume:Volume",
  image: "docker:index/remoteImage:RemoteImage",
  container: "docker:index/container:Container",
};
type What = keyof typeof types;

describe("the docker plugin", function () {
  this.timeout(300_000);
  let docker: Docker;
  let client: PluginClient;
  const name = `chat-perf-test-${randomBytes(4).toString("hex")}`;
  const labels = [{ label: "a", value: "b" }];
  const port = { internal: 5432, external: 0, ip: "127.0.0.1" };
  const inputs: Record<What, Properties> = {
    network: { name, labels },
    volume: { name, labels },
    image: { name: TEST_IMAGE, keepLocally: true },
    container: {
      name,
      image: TEST_IMAGE,
      command: ["sleep", "600"],
      labels,
      entrypoints: ["env"],
      envs: secret(["ONE=1", "TWO=2"]),
      memory: 64,
      memorySwap: 64,
      shmSize: 64,
      stopSignal: "SIGKILL",
      healthcheck: { tests: ["CMD", "true"], interval: "1m30s" },
      ports: [port],
      networksAdvanced: [{ name }],
      volumes: [{ volumeName: name, containerPath: "/data" }],
      logDriver: "json-file",
      logOpts: { "max-size": "1m" },
      restart: "unless-stopped",
    },
  };
  const stored = {} as Record<What, StoredResource>;

  needs("docker", "image");
  setUp(async (undo) => {
    docker = await dockerEngine();
    undo(noteOutside("container", name));
    client = await PluginClient.serving(plugin);
    undo(() => {
      client.close();
    });
    await client.configure({});
    port.external = await freePort();
    for (const what of ["network", "volume", "image", "container"] as const) {
      stored[what] = await client.create(types[what], inputs[what]);
      undo(async () => {
        await client.delete(types[what], stored[what]);
        // Deleting a deleted resource is not an error.
        await client.delete(types[what], stored[what]);
      });
    }
  });

  const replaced = (path: string, kind = "update") => ({ [path]: `${kind}-replace` });
  const table: [what: What, change: string, given: Properties, changes: Record<string, string>][] = [
    ["network", "nothing", {}, {}],
    ["network", "another label", { labels: [{ label: "a", value: "c" }] }, replaced("labels[0].value")],
    ["volume", "nothing", {}, {}],
    [
      "volume",
      "a label added",
      { labels: [...labels, { label: "c", value: "d" }] },
      replaced("labels[1]", "add"),
    ],
    ["image", "nothing", {}, {}],
    ["image", "another image", { name: "postgres:18" }, replaced("name")],
    ["container", "nothing", {}, {}],
    ["container", "another port", { ports: [{ ...port, external: 1 }] }, replaced("ports[0].external")],
    [
      "container",
      "a port that is not known yet",
      { ports: [{ ...port, external: UNKNOWN }] },
      replaced("ports"),
    ],
    ["container", "another command", { command: ["sleep", "9"] }, replaced("command[1]")],
    ["container", "another image", { image: "postgres:18" }, replaced("image")],
    [
      "container",
      "another volume",
      { volumes: [{ volumeName: "other", containerPath: "/data" }] },
      replaced("volumes[0].volumeName"),
    ],
    ["container", "the environment in another order", { envs: secret(["TWO=2", "ONE=1"]) }, {}],
    ["container", "other environment", { envs: secret(["ONE=1"]) }, replaced("envs[1]", "delete")],
    ["container", "shared memory", { shmSize: 65 }, replaced("shmSize")],
    ["container", "memory", { memory: 65, memorySwap: 65 }, { memory: "update", memorySwap: "update" }],
    ["container", "restart policy", { restart: "always" }, { restart: "update" }],
    ["container", "defaults written down", { mustRun: true, waitTimeout: 60, networkMode: "bridge" }, {}],
  ];

  it("plans what the official plugin plans", async () => {
    for (const [what, change, given, expected] of table) {
      const { changes } = await client.diff(types[what], stored[what], { ...inputs[what], ...given });
      expect(changes, `${what}: ${change}`).to.deep.equal(expected);
    }
  });

  it("changes memory and restart policy in place, with an empty plan and no drift afterwards", async () => {
    const wanted = { ...inputs.container, memory: 80, memorySwap: 80, restart: "always" };
    const updated = await client.update(types.container, stored.container, wanted);
    expect((await client.diff(types.container, updated, wanted)).changes).to.deep.equal({});
    expect(await client.read(types.container, updated)).to.deep.equal(updated);
    const { HostConfig, Id } = await docker.getContainer(name).inspect();
    expect([Id, HostConfig.Memory, HostConfig.RestartPolicy?.Name]).to.deep.equal([
      ...[stored.container.id, 80 * 2 ** 20, "always"],
    ]);
    stored.container = await client.update(types.container, updated, inputs.container);
  });

  it("finds a container that was stopped, and plans what brings it back", async () => {
    await docker.getContainer(name).kill();
    await stopped(docker.getContainer(name));
    const found = (await client.read(types.container, stored.container))!;
    expect(found.outputs).to.deep.include({ mustRun: false, exitCode: 137, ports: [] });
    const { changes } = await client.diff(types.container, found, inputs.container);
    expect(changes).to.deep.equal({ mustRun: "update", ports: "add-replace" });
    await client.update(types.container, found, inputs.container);
    expect((await docker.getContainer(name).inspect()).State.Running).to.be.true;
  });

  it("finds that something is gone", async () => {
    const id = "0".repeat(64);
    for (const what of ["network", "volume", "container"] as const) {
      expect(await client.read(types[what], { ...stored[what], id }), what).to.be.undefined;
    }
  });

  const refused: [what: What, given: Properties, message: string][] = [
    ["container", {}, "Unable to create container: Error response from daemon: Conflict. The container name"],
    [
      "container",
      { name: `${name}-2`, ports: [port] },
      "Unable to start container: Error response from daemon:",
    ],
    ["container", { restart: "sometimes" }, "restart must be one of no, on-failure, always, unless-stopped"],
    [
      "container",
      { healthcheck: { interval: "soon" } },
      "healthcheck.interval must be a duration such as 1m30s",
    ],
    ["container", { ports: [{ external: 1 }] }, '"ports" must be a list'],
    ["container", { privileged: true }, '"privileged" is not supported by the offline plugin'],
    [
      "image",
      { name: "localhost:1/nothing:1" },
      "Unable to read Docker image into resource: unable to pull image",
    ],
    ["volume", { labels: [{ label: "a" }] }, '"labels" must be a set'],
  ];
  for (const [what, given, message] of refused) {
    it(`says of a ${what} with ${Object.keys(given).join(", ") || "a name that is taken"} why it cannot be`, async () => {
      const wanted = { ...inputs[what], ...given };
      expect(await rejection(client.create(types[what], wanted))).to.include(message);
    });
  }

  it("leaves nothing of a container that could not be started", async () => {
    const left = await docker.listContainers({ all: true, filters: { name: [`${name}-2`] } });
    expect(left).to.deep.equal([]);
  });
});
