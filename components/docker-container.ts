import * as docker from "@pulumi/docker";
import type * as pulumi from "@pulumi/pulumi";
import { containerMemory } from "./container-memory";
import { ADMIN_USER } from "./own-server";

const PORT = 5432;

/**
 * The path at which the volume is mounted. It is a parent of the folders that PostgreSQL's images declare as volumes:
 * `data` before version 18, and the folder itself since then.
 */
const VOLUME_PATH = "/var/lib/postgresql";
export const DATA_DIRECTORY = `${VOLUME_PATH}/chat-perf`;

/**
 * The label of a container whose port is open to other hosts. It states that the server admits only listed networks.
 */
const ADMITS_NETWORKS = { label: "chat-perf.admits", value: "allowedCidrs" };

/** The time for the last checkpoint of a server before the engine kills it, in seconds. */
const STOP_SECONDS = 120;

type Label = pulumi.Input<docker.types.input.ContainerLabel>;

export interface PostgresContainerArgs {
  /** The name of the container in the engine. */
  container: pulumi.Input<string>;
  image: docker.RemoteImage;
  network: docker.Network;
  volume: docker.Volume;
  labels: Label[];
  adminPassword: pulumi.Output<string>;
  /** The TCP port on the engine's host. */
  port: pulumi.Input<number>;
  /** The networks that may connect. If there are none, the port is published on loopback only. */
  allowedCidrs: readonly string[];
  /** The settings: name -> value. They determine the memory of the container. */
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
        // The check uses TCP, because the temporary server of the first start listens on a socket only.
        tests: ["CMD", "pg_isready", "-q", "-h", "127.0.0.1"],
        interval: "10s",
        timeout: "5s",
        retries: 3,
        startPeriod: "10m0s",
      },
      logDriver: "json-file",
      logOpts: { "max-size": "50m", "max-file": "3" },
      restart: "unless-stopped",
      // On SIGINT, PostgreSQL ends its sessions. On the default signal, SIGTERM, it would wait for them.
      stopSignal: "SIGINT",
      destroyGraceSeconds: STOP_SECONDS,
    },
    opts,
  );
}

/**
 * The memory limits of the container. Without a limit of swap, a difference would appear after every refresh. The
 * container has no swap.
 */
function limits(settings: Record<string, string>) {
  const { memory, shmSize } = containerMemory(settings);
  return { memory, memorySwap: memory, shmSize };
}

/** The environment of PostgreSQL's image, which it reads at its first start. */
function environment(password: string): string[] {
  return [
    `POSTGRES_USER=${ADMIN_USER}`,
    `POSTGRES_PASSWORD=${password}`,
    `PGDATA=${DATA_DIRECTORY}`,
    "POSTGRES_HOST_AUTH_METHOD=scram-sha-256",
    "POSTGRES_INITDB_ARGS=--data-checksums",
  ];
}
