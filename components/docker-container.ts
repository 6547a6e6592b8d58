import * as docker from "@pulumi/docker";
import type * as pulumi from "@pulumi/pulumi";
import { containerMemory } from "./container-memory";
import { ADMIN_USER } from "./own-server";

const PORT = 5432;

/** The volume lies above the folders that PostgreSQL's images declare as volumes: `data` before 18, itself since. */
const VOLUME_PATH = "/var/lib/postgresql";
export const DATA_DIRECTORY = `${VOLUME_PATH}/chat-perf`;

/** Says of a port that is open to other hosts that the server admits named networks only. */
const ADMITS_NETWORKS = { label: "chat-perf.admits", value: "allowedCidrs" };

/** How long a server may take for its last checkpoint before the engine kills it, seconds. */
const STOP_SECONDS = 120;

type Label = pulumi.Input<docker.types.input.ContainerLabel>;

export interface PostgresContainerArgs {
  /** Name of the container in the engine. */
  container: pulumi.Input<string>;
  image: docker.RemoteImage;
  network: docker.Network;
  volume: docker.Volume;
  labels: Label[];
  adminPassword: pulumi.Output<string>;
  /** TCP port on the engine's host. */
  port: pulumi.Input<number>;
  /** Networks that may connect; none: the port is published on loopback only. */
  allowedCidrs: readonly string[];
  /** Setting name -> value; the container's memory is sized by them. */
  settings: Record<string, string>;
}

/** The container in which PostgreSQL runs, with its data in the volume. */
export function postgresContainer(
  name: string,
  args: PostgresContainerArgs,
  opts: pulumi.CustomResourceOptions,
): docker.Container {
  const isOpen = args.allowedCidrs.length > 0;
  return new docker.Container(
    name,
    {
      name: args.container,
      image: args.image.imageId,
      ...limits(args.settings),
      labels: isOpen ? [...args.labels, ADMITS_NETWORKS] : args.labels,
      envs: args.adminPassword.apply(environment),
      volumes: [{ volumeName: args.volume.name, containerPath: VOLUME_PATH }],
      networkMode: "bridge",
      networksAdvanced: [{ name: args.network.name }],
      ports: [{ internal: PORT, external: args.port, ip: isOpen ? "0.0.0.0" : "127.0.0.1" }],
      healthcheck: {
        // Over TCP: the server of a first start, which listens on a socket only, is not meant.
        tests: ["CMD", "pg_isready", "-q", "-h", "127.0.0.1"],
        interval: "10s",
        timeout: "5s",
        retries: 3,
        startPeriod: "10m0s",
      },
      logDriver: "json-file",
      logOpts: { "max-size": "50m", "max-file": "3" },
      restart: "unless-stopped",
      // SIGINT ends sessions; what PostgreSQL does on the default, SIGTERM, is to wait for them.
      stopSignal: "SIGINT",
      destroyGraceSeconds: STOP_SECONDS,
    },
    opts,
  );
}

/** A limit of memory needs one of swap, or it differs after every refresh: none. */
function limits(settings: Record<string, string>) {
  const { memory, shmSize } = containerMemory(settings);
  return { memory, memorySwap: memory, shmSize };
}

/** What PostgreSQL's image is told at its first start. */
function environment(password: string): string[] {
  return [
    `POSTGRES_USER=${ADMIN_USER}`,
    `POSTGRES_PASSWORD=${password}`,
    `PGDATA=${DATA_DIRECTORY}`,
    "POSTGRES_HOST_AUTH_METHOD=scram-sha-256",
    "POSTGRES_INITDB_ARGS=--data-checksums",
  ];
}
