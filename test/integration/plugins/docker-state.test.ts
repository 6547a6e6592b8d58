import { randomBytes } from "node:crypto";
import type Docker from "dockerode";
import { expect } from "chai";
import { plugin } from "../../../toolchain/closed-network/plugins/docker";
import { secret, type Value } from "../../../toolchain/closed-network/plugins/values";
import { freePort } from "../../../postgres/embedded/configuration";
import { dockerEngine } from "../../support/docker";
import { TEST_IMAGE } from "../../support/docker-image";
import { setUp } from "../../support/fixture";
import { needs } from "../../support/needs";
import { asRecorded, type OfficialResource, officialResources, programInputs } from "../../support/official";
import { PluginClient, type StoredResource } from "../../support/plugin";
import { noteOutside } from "../../support/test-run";

const [provider, ...resources] = officialResources("docker") as [OfficialResource, ...OfficialResource[]];
const envs = secret(["POSTGRES_PASSWORD=a password", "POSTGRES_HOST_AUTH_METHOD=scram-sha-256"]);

describe("state written by the docker plugin", function () {
  this.timeout(300_000);
  let docker: Docker;
  let client: PluginClient;
  let imageId: string;
  let port: number;
  const prefix = `chat-perf-test-${randomBytes(4).toString("hex")}`;
  const made = new Map<string, StoredResource>();

  needs("docker", "image");
  setUp(async (undo) => {
    docker = await dockerEngine();
    imageId = (await docker.getImage(TEST_IMAGE).inspect()).Id;
    port = await freePort();
    client = await PluginClient.serving(plugin);
    await client.configure({});
    for (const what of ["pg", "net", "vol"]) undo(noteOutside("container", `${prefix}-${what}`));
    const left = docker.getContainer(`${prefix}-pg`);
    undo(() => left.remove({ force: true, v: true }).catch(() => undefined));
    undo(() => {
      client.close();
    });
  });

  /** Replaces the names, the port and the image of a recorded resource by those of this run. */
  function here(recorded: OfficialResource): OfficialResource {
    const text = JSON.stringify(recorded)
      .replaceAll("perfdb-", `${prefix}-`)
      .replaceAll("postgres-local:15", TEST_IMAGE)
      .replaceAll("sha256:(64 hex)", imageId)
      .replaceAll("/usr/local/bin/docker-entrypoint.sh", "docker-entrypoint.sh")
      .replaceAll("5499", String(port));
    return JSON.parse(text) as OfficialResource;
  }

  const inputsOf = (official: OfficialResource) =>
    programInputs(official, "envs" in official.inputs ? { envs } : {});

  /** The recorded outputs with the ids and addresses of this engine. */
  async function outputsHere({ type, outputs, ...official }: OfficialResource, { id }: StoredResource) {
    const decided: Record<string, Value> = { ...outputs };
    if (official.name !== "vol" && official.name !== "img") decided.id = id;
    if (type.endsWith(":Volume")) decided.mountpoint = (await docker.getVolume(id).inspect()).Mountpoint;
    const { IPAM, Containers } = (await docker.getNetwork(`${prefix}-net`).inspect()) as NetworkInspect;
    const { Subnet, Gateway } = IPAM.Config[0]!;
    if (type.endsWith(":Network")) {
      decided.ipamConfigs = [{ auxAddress: {}, gateway: Gateway, ipRange: "", subnet: Subnet }];
    }
    const endpoint = Containers[id];
    if (endpoint !== undefined) {
      const [recorded] = outputs.networkDatas as Record<string, Value>[];
      const [ipAddress, length] = endpoint.IPv4Address.split("/");
      decided.hostname = id.slice(0, 12);
      decided.networkDatas = [
        {
          ...recorded!,
          gateway: Gateway,
          ipAddress: ipAddress!,
          ipPrefixLength: Number(length),
          macAddress: endpoint.MacAddress,
        },
      ];
    }
    return decided;
  }

  it("accepts the recorded configuration as it is", async () => {
    expect(await client.checkConfig(provider.inputs)).to.deep.equal([]);
  });

  // The network comes first, because the other recordings contain its values.
  const inOrder = [...resources].sort((one, other) => order(one) - order(other));
  for (const recorded of inOrder) {
    it(`stores ${recorded.name} as the official plugin does`, async () => {
      const official = here(recorded);
      const stored = await client.create(official.type, inputsOf(official));
      made.set(official.name, stored);
      expect(asRecorded(stored.inputs)).to.deep.equal(official.inputs);
      expect(asRecorded(stored.outputs)).to.deep.equal(await outputsHere(official, stored));
      expect(stored.id).to.equal(stored.outputs.id);
    });
  }

  for (const recorded of inOrder) {
    it(`takes over ${recorded.name} from the official plugin without a change`, async () => {
      const official = here(recorded);
      const stored = made.get(official.name)!;
      const outputs = {
        ...(await outputsHere(official, stored)),
        ...("envs" in official.outputs && { envs }),
      };
      const theirs = { id: stored.id, inputs: stored.inputs, outputs };
      // Without a limit of swap, a memory limit is always a difference, also with the official plugin.
      const changes = recorded.name === "pg" ? { memorySwap: "delete" } : {};
      expect(await client.diff(official.type, theirs, inputsOf(official))).to.deep.include({ changes });
      expect(await client.read(official.type, theirs)).to.deep.equal(theirs);
    });
  }

  it("leaves nothing behind when all is deleted", async () => {
    for (const recorded of [...inOrder].reverse()) {
      const stored = made.get(recorded.name)!;
      await client.delete(recorded.type, stored);
      const found = await client.read(recorded.type, stored);
      // The image is kept locally, as its resource asks.
      expect(found?.id, recorded.name).to.equal(recorded.name === "img" ? stored.id : undefined);
    }
  });
});

interface NetworkInspect {
  IPAM: { Config: { Subnet: string; Gateway: string }[] };
  Containers: Record<string, { IPv4Address: string; MacAddress: string }>;
}

function order({ name }: OfficialResource): number {
  return ["net", "vol", "img", "pg"].indexOf(name);
}
