import { setTimeout as delay } from "node:timers/promises";
import type Docker from "dockerode";
import { PLACE_LABEL } from "../../postgres/docker/engine";
import { dockerEngine } from "./docker";
import { TEST_IMAGE } from "./docker-image";
import type { Place } from "./place";

/** The target `docker`, with a container of a real Docker Engine. */
export function dockerContainer(): Place {
  let docker: Docker;
  let name = "";
  return {
    name: "PostgreSQL 15 in a container",
    needs: ["docker", "image"],
    async prepare() {
      docker = await dockerEngine();
      return { config: { target: "docker", image: TEST_IMAGE } };
    },
    async reboot(adminUrl) {
      name = await containerAt(docker, Number(new URL(adminUrl).port));
      await docker.getContainer(name).kill();
      await stopped(docker.getContainer(name));
    },
    async log(adminUrl) {
      const container = docker.getContainer(await containerAt(docker, Number(new URL(adminUrl).port)));
      return (await container.logs({ stdout: true, stderr: true })).toString("utf8");
    },
    traces: () => thingsOf(docker, name),
  };
}

/** The name of the container that publishes a port. */
export async function containerAt(docker: Docker, port: number): Promise<string> {
  const found = (await docker.listContainers()).find(({ Ports }) =>
    Ports.some(({ PublicPort }) => PublicPort === port),
  );
  return found!.Names[0]!.slice(1);
}

/** Waits until the engine has noticed that a container has ended. */
export async function stopped(container: Docker.Container): Promise<void> {
  while ((await container.inspect()).State.Running) await delay(50);
}

/** The objects of a stack in the engine, e.g. `volume chat-perf-dev-0a1b2c3d`. */
export async function thingsOf(docker: Docker, name: string): Promise<string[]> {
  const filters = { label: [`${PLACE_LABEL}=${name}`] };
  const containers = await docker.listContainers({ all: true, filters });
  const networks = await docker.listNetworks({ filters });
  const { Volumes } = await docker.listVolumes({ filters });
  return [
    ...containers.map(({ Names }) => `container ${Names[0]!.slice(1)}`),
    ...networks.map(({ Name }) => `network ${Name}`),
    ...Volumes.map(({ Name }) => `volume ${Name}`),
  ];
}
