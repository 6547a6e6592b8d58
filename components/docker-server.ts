import { resolve } from "node:path";
import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import { PLACE_LABEL, PROJECT_LABEL, STACK_LABEL } from "../postgres/docker/engine";
import { containerMemory } from "./container-memory";
import { removeLeftovers } from "../postgres/docker/place";
import type { Machine } from "../postgres/machine";
import { Server } from "./server";
import { serverChecks, type ServerChecksArgs } from "./server-checks";
import { type TaskArgs, TaskResource } from "./task-resource";

const ADMIN_USER = "postgres";
const PORT = 5432;

/** The volume lies above the folders that PostgreSQL's images declare as volumes: `data` before 18, itself since. */
const VOLUME_PATH = "/var/lib/postgresql";
const DATA_DIRECTORY = `${VOLUME_PATH}/chat-perf`;

/** Says of a port that is open to other hosts that the server admits named networks only. */
const ADMITS_NETWORKS = { label: "chat-perf.admits", value: "allowedCidrs" };

/** How long a server may take for its last checkpoint before the engine kills it, seconds. */
const STOP_SECONDS = 120;

export interface DockerServerArgs extends ServerChecksArgs {
  stack: string;
  /** Whether a server that is gone is not made anew, so that its data can be brought back. */
  protect: boolean;
  image: string;
  /** TCP port on the engine's host; left out: a free one is chosen once and kept. */
  port?: number;
  /** The database that `roles` may connect to. */
  database: string;
  roles: string[];
  /** Networks from which the roles may connect beside this machine. None: the port is published on loopback only. */
  allowedCidrs: string[];
  /** Setting name -> value; the container's memory is sized by them. */
  settings: Record<string, string>;
}

/**
 * A PostgreSQL server in a container of the stack's own, in the Docker Engine of `DOCKER_HOST` or of this machine.
 *
 * The data live in a volume: they survive the container, and go with the stack.
 */
export class DockerServer extends Server {
  readonly host: pulumi.Output<string>;
  readonly port: pulumi.Output<number>;
  readonly adminUser = ADMIN_USER;
  readonly adminPassword: pulumi.Output<string>;
  readonly machine: pulumi.Output<Machine>;
  readonly within: pulumi.CustomResourceOptions;

  constructor(name: string, args: DockerServerArgs, opts: pulumi.ComponentResourceOptions = {}) {
    super("chat-perf:postgres:DockerServer", name, {}, opts);
    const parent = { parent: this };

    const place = new DockerPlaceTask(name, args, parent);
    this.host = place.host;
    this.port = place.port;
    this.machine = place.name.apply((container): Machine => ({
      ...{ kind: "docker", container, dataDirectory: DATA_DIRECTORY },
    }));
    this.adminPassword = new random.RandomPassword(
      `${name}-admin-password`,
      { length: 32, special: false },
      parent,
    ).result;

    // All that the stack has in the engine goes with its place there, also what a killed run has made unnoticed.
    const inPlace = { ...parent, deletedWith: place, replaceWith: [place] };
    const labels = [{ label: PLACE_LABEL, value: place.name }];
    const network = new docker.Network(
      `${name}-network`,
      { name: place.name, labels },
      { ...inPlace, hooks: { beforeCreate: [removeFirst(`${name}-network`, "network")] } },
    );
    const whose = [
      { label: STACK_LABEL, value: args.stack },
      { label: PROJECT_LABEL, value: resolve(__dirname, "..") },
    ];
    // The project may be moved, and the labels of a volume cannot change: it would be another volume, without the data.
    const volume = new docker.Volume(
      `${name}-volume`,
      { name: place.name, labels: [...labels, ...whose] },
      { ...inPlace, ignoreChanges: ["labels"] },
    );
    const image = new docker.RemoteImage(
      `${name}-image`,
      { name: args.image, keepLocally: true },
      // It is there, or can be pulled: that is what the place was made for.
      { ...inPlace, dependsOn: place },
    );
    const container = new docker.Container(
      `${name}-container`,
      {
        ...{ name: place.name, image: image.imageId, ...limits(args.settings) },
        labels: [...labels, ...(args.allowedCidrs.length > 0 ? [ADMITS_NETWORKS] : [])],
        envs: this.adminPassword.apply((password) => [
          ...[`POSTGRES_USER=${ADMIN_USER}`, `POSTGRES_PASSWORD=${password}`, `PGDATA=${DATA_DIRECTORY}`],
          ...["POSTGRES_HOST_AUTH_METHOD=scram-sha-256", "POSTGRES_INITDB_ARGS=--data-checksums"],
        ]),
        volumes: [{ volumeName: volume.name, containerPath: VOLUME_PATH }],
        networkMode: "bridge",
        networksAdvanced: [{ name: network.name }],
        ports: [{ internal: PORT, external: place.port, ip: publishedOn(args.allowedCidrs) }],
        // Over TCP: the server of a first start, which listens on a socket only, is not meant.
        healthcheck: {
          tests: ["CMD", "pg_isready", "-q", "-h", "127.0.0.1"],
          ...{ interval: "10s", timeout: "5s", retries: 3, startPeriod: "10m0s" },
        },
        ...{ logDriver: "json-file", logOpts: { "max-size": "50m", "max-file": "3" } },
        // SIGINT ends sessions; what PostgreSQL does on the default, SIGTERM, is to wait for them.
        ...{ restart: "unless-stopped", stopSignal: "SIGINT", destroyGraceSeconds: STOP_SECONDS },
      },
      {
        ...inPlace,
        deleteBeforeReplace: true,
        hooks: { beforeCreate: [removeFirst(`${name}-container`, "container")] },
      },
    );

    const server = new DockerServerTask(
      `${name}-server`,
      args,
      {
        ...{ container: place.name, containerId: container.id, dataDirectory: DATA_DIRECTORY },
        gateway: network.ipamConfigs.apply((configs) => configs[0]?.gateway ?? ""),
        ...{ host: this.host, port: this.port, adminUser: ADMIN_USER, adminPassword: this.adminPassword },
        ...{ database: args.database, roles: args.roles, allowedCidrs: args.allowedCidrs },
      },
      inPlace,
    );
    const anew = { replaceWith: [place, server] };
    const checks = serverChecks(name, this, args, { ...inPlace, ...anew, dependsOn: server });
    // As in the embedded server: what is made anew takes everything in it along, by way of the checks.
    this.within = { dependsOn: checks, deletedWith: checks, ...anew };
    this.registerOutputs({ host: this.host, port: this.port });
  }
}

/** A limit of memory needs one of swap, or it differs after every refresh: none. */
function limits(settings: Record<string, string>) {
  const { memory, shmSize } = containerMemory(settings);
  return { memory, memorySwap: memory, shmSize };
}

function publishedOn(allowedCidrs: readonly string[]): string {
  return allowedCidrs.length === 0 ? "127.0.0.1" : "0.0.0.0";
}

/** What a killed run has left under the name stands in the way of what is to be made. */
function removeFirst(name: string, what: "container" | "network"): pulumi.ResourceHook {
  return new pulumi.ResourceHook(`${name}-leftovers`, async ({ newInputs }) => {
    await removeLeftovers((newInputs as { name: string }).name, what);
  });
}

/** What to do when the data of a protected stack are gone. */
function keepsProtected(stack: string): string {
  return (
    `Stack "${stack}" is protected (chat-perf:protect is true): bring the volume back, or have everything made anew by ` +
    `\`pulumi config set protect false -s ${stack} && npm run up -- --stack ${stack}\`.`
  );
}

class DockerPlaceTask extends TaskResource<"DockerPlace"> {
  declare readonly name: pulumi.Output<string>;
  declare readonly host: pulumi.Output<string>;
  declare readonly port: pulumi.Output<number>;

  constructor(
    name: string,
    { stack, protect, image, port, allowedCidrs }: DockerServerArgs,
    opts: pulumi.CustomResourceOptions,
  ) {
    super(
      "DockerPlace",
      `${name}-place`,
      { stack, image, wantedPort: port ?? 0, open: allowedCidrs.length > 0 },
      ["name", "host", "port", "engine"],
      opts,
      { asksStale: "also when inputs change", ...(protect && { keeps: keepsProtected(stack) }) },
    );
  }
}

class DockerServerTask extends TaskResource<"DockerServer"> {
  constructor(
    name: string,
    { stack, protect }: DockerServerArgs,
    args: TaskArgs<"DockerServer">,
    opts: pulumi.CustomResourceOptions,
  ) {
    super("DockerServer", name, args, ["version", "systemIdentifier"], opts, {
      asksStale: "also when inputs change",
      ...(protect && { keeps: keepsProtected(stack) }),
    });
  }
}
