import { resolve } from "node:path";
import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import { birthOf } from "../common/same-path";
import { PLACE_LABEL, PROJECT_BIRTH_LABEL, PROJECT_LABEL, STACK_LABEL } from "../postgres/docker/engine";
import { removeLeftovers } from "../postgres/docker/place";
import type { Machine } from "../postgres/machine";
import { DATA_DIRECTORY, postgresContainer } from "./docker-container";
import { type DockerPlaceArgs, DockerPlaceTask, DockerServerTask } from "./docker-tasks";
import { ADMIN_USER, OwnServer } from "./own-server";
import { serverChecks, type ServerChecksArgs } from "./server-checks";

interface Label {
  label: string;
  value: pulumi.Output<string>;
}

export interface DockerServerArgs extends ServerChecksArgs, DockerPlaceArgs {
  /** The database to which `roles` may connect. */
  database: string;
  roles: string[];
  /** The settings: name -> value. They determine the memory of the container. */
  settings: Record<string, string>;
}

/**
 * A PostgreSQL server in a container that the stack creates, in the Docker Engine of `DOCKER_HOST` or of this machine.
 *
 * The data are in a volume. They outlive the container, and are removed with the stack.
 */
export class DockerServer extends OwnServer {
  readonly host: pulumi.Output<string>;
  readonly port: pulumi.Output<number>;
  readonly machine: pulumi.Output<Machine>;
  override readonly container: pulumi.Output<string>;
  readonly within: pulumi.CustomResourceOptions;

  constructor(name: string, args: DockerServerArgs, opts: pulumi.ComponentResourceOptions = {}) {
    super("chat-perf:postgres:DockerServer", name, opts);
    const parent = { parent: this };
    const place = new DockerPlaceTask(name, args, parent);
    this.host = place.host;
    this.port = place.port;
    this.container = place.name;
    this.machine = place.name.apply((container): Machine => ({
      kind: "docker",
      container,
      dataDirectory: DATA_DIRECTORY,
    }));

    // When the place is removed, all objects of the stack in the engine are removed, including those that a killed run
    // has created without recording them.
    const inPlace = { ...parent, deletedWith: place, replaceWith: [place] };
    const labels = [{ label: PLACE_LABEL, value: place.name }];
    const network = containerNetwork(name, place, labels, inPlace);
    const container = postgresContainer(
      `${name}-container`,
      {
        container: place.name,
        image: postgresImage(name, args.image, { ...inPlace, dependsOn: place }),
        network,
        volume: dataVolume(name, place, args.stack, labels, inPlace),
        labels,
        adminPassword: this.adminPassword,
        port: place.port,
        allowedCidrs: args.allowedCidrs,
        settings: args.settings,
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
        container: place.name,
        containerId: container.id,
        dataDirectory: DATA_DIRECTORY,
        gateway: network.ipamConfigs.apply((configs) => configs[0]?.gateway ?? ""),
        host: this.host,
        port: this.port,
        adminUser: ADMIN_USER,
        adminPassword: this.adminPassword,
        database: args.database,
        roles: args.roles,
        allowedCidrs: args.allowedCidrs,
      },
      inPlace,
    );
    const anew = { replaceWith: [place, server] };
    const checks = serverChecks(name, this, args, { ...inPlace, ...anew, dependsOn: server });
    // When the server is replaced, everything in it is replaced too, as in `EmbeddedServer`.
    this.within = { dependsOn: checks, deletedWith: checks, ...anew };
    this.registerOutputs({ host: this.host, port: this.port });
  }
}

function containerNetwork(
  name: string,
  place: DockerPlaceTask,
  labels: Label[],
  opts: pulumi.CustomResourceOptions,
): docker.Network {
  return new docker.Network(
    `${name}-network`,
    { name: place.name, labels },
    { ...opts, hooks: { beforeCreate: [removeFirst(`${name}-network`, "network")] } },
  );
}

/**
 * The labels are ignored after the creation. When the project is moved they change, and a change of labels would
 * replace the volume and lose the data.
 */
function dataVolume(
  name: string,
  place: DockerPlaceTask,
  stack: string,
  labels: Label[],
  opts: pulumi.CustomResourceOptions,
): docker.Volume {
  const project = resolve(__dirname, "..");
  const whose = [
    { label: STACK_LABEL, value: stack },
    { label: PROJECT_LABEL, value: project },
    { label: PROJECT_BIRTH_LABEL, value: birthOf(project) ?? "" },
  ];
  return new docker.Volume(
    `${name}-volume`,
    { name: place.name, labels: [...labels, ...whose] },
    { ...opts, ignoreChanges: ["labels"] },
  );
}

/** The image is there, or can be pulled: that is what the place was made for. */
function postgresImage(name: string, image: string, opts: pulumi.CustomResourceOptions): docker.RemoteImage {
  return new docker.RemoteImage(`${name}-image`, { name: image, keepLocally: true }, opts);
}

/** A hook that removes what a killed run has left under the name, because it would prevent the creation. */
function removeFirst(name: string, what: "container" | "network"): pulumi.ResourceHook {
  return new pulumi.ResourceHook(`${name}-leftovers`, async ({ newInputs }) => {
    await removeLeftovers((newInputs as { name: string }).name, what);
  });
}
