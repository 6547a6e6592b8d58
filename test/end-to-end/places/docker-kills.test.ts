import type Docker from "dockerode";
import { PLACE_LABEL } from "../../../postgres/docker/engine";
import { dockerEngine } from "../../support/docker";
import { TEST_IMAGE } from "../../support/docker-image";
import { thingsOf } from "../../support/docker-place";
import { survivesKills } from "../../support/survival";

let docker: Docker;

/** The names of the stack's containers: labels that begin with its name. */
async function placesOf(stack: string): Promise<string[]> {
  const { Volumes } = await docker.listVolumes({ filters: { label: [PLACE_LABEL] } });
  const containers = await docker.listContainers({ all: true, filters: { label: [PLACE_LABEL] } });
  const networks = await docker.listNetworks({ filters: { label: [PLACE_LABEL] } });
  const names = [...Volumes, ...containers, ...networks].map(({ Labels }) => Labels![PLACE_LABEL]!);
  return [...new Set(names)].filter((name) => name.startsWith(`chat-perf-${stack}-`));
}

survivesKills(
  {
    target: "docker",
    needs: ["docker", "image"],
    async prepare() {
      docker = await dockerEngine();
      return { target: "docker", image: TEST_IMAGE };
    },
    async kill(_project, stack) {
      for (const name of await placesOf(stack)) {
        // The container may not exist.
        await docker
          .getContainer(name)
          .kill()
          .catch(() => undefined);
      }
    },
    traces: async (_project, stack) =>
      (await Promise.all((await placesOf(stack)).map((name) => thingsOf(docker, name)))).flat(),
  },
  4,
  51,
);
