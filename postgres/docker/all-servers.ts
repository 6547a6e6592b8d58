import type { FoundServer } from "../found-server";
import { engine, PLACE_LABEL, PROJECT_BIRTH_LABEL, PROJECT_LABEL, STACK_LABEL } from "./engine";

type Labels = Record<string, string | undefined>;

/** The list does not wait longer for an engine. */
const TIMEOUT_MS = 3_000;

/** Every server of this program in the Docker Engine. The list is empty when no engine answers. */
export async function dockerServers(): Promise<FoundServer[]> {
  try {
    const docker = engine();
    const filters = { label: [PLACE_LABEL] };
    const late = new Promise<never>((_resolve, reject) => setTimeout(reject, TIMEOUT_MS).unref());
    await Promise.race([docker.ping(), late]);
    const containers = await docker.listContainers({ all: true, filters });
    const { Volumes: volumes } = await docker.listVolumes({ filters });
    const labelled = [...volumes, ...containers].map(({ Labels }) => Labels as Labels);
    return [...new Set(labelled.map((labels) => labels[PLACE_LABEL]!))].map((name) => {
      const container = containers.find(({ Labels }) => Labels[PLACE_LABEL] === name);
      const volume = volumes.find(({ Labels }) => (Labels as Labels)[PLACE_LABEL] === name);
      const labels = (volume?.Labels ?? {}) as Labels;
      const port = container?.Ports.find(({ PublicPort }) => PublicPort > 0)?.PublicPort;
      return {
        kind: "docker",
        name,
        place: name,
        stack: labels[STACK_LABEL] ?? name.replace(/^chat-perf-(.*)-[0-9a-f]{8}$/, "$1"),
        ...(labels[PROJECT_LABEL] !== undefined && { projectRoot: labels[PROJECT_LABEL] }),
        ...(labels[PROJECT_BIRTH_LABEL] !== undefined && { projectBirth: labels[PROJECT_BIRTH_LABEL] }),
        state: container === undefined ? "unfinished" : container.State === "running" ? "running" : "stopped",
        ...(port !== undefined && { port }),
      };
    });
  } catch {
    return [];
  }
}

/** The size of a volume in bytes. Undefined when the engine does not know it. */
export async function volumeBytes(name: string): Promise<number | undefined> {
  try {
    const { Volumes: volumes } = (await engine().df()) as {
      Volumes?: { Name: string; UsageData?: { Size: number } }[] | null;
    };
    const size = volumes?.find(({ Name }) => Name === name)?.UsageData?.Size ?? -1;
    return size < 0 ? undefined : size;
  } catch {
    return undefined;
  }
}
