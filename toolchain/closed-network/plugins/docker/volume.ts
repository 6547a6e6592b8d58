import type Docker from "dockerode";
import type { Property, Resource, ResourceType } from "../resource-type";
import type { Properties } from "../values";
import { ask, found, type Label, labelList, labelMap } from "./engine";
import { labels, REMOVE_TIMEOUT_MS, whileRefused } from "./schema";

interface Volume extends Properties {
  name: string | null;
  driver: string | null;
  driverOpts: Record<string, string>;
  labels: Label[];
}

const notSupported: Property = { type: "string", readonly: true };

/** The resource type `docker:index/volume:Volume`. */
export function volume(docker: Docker): ResourceType {
  async function read(name: string): Promise<Resource | undefined> {
    const volume = await found(docker.getVolume(name).inspect());
    if (volume === undefined) return undefined;
    const { Name, Driver, Options, Labels, Mountpoint } = volume;
    return {
      id: Name,
      state: {
        id: Name,
        name: Name,
        driver: Driver,
        driverOpts: Options ?? {},
        labels: labelList(Labels),
        mountpoint: Mountpoint,
        cluster: null,
      },
    };
  }

  return {
    schema: {
      name: { type: "string", computed: true, replaces: true },
      driver: { type: "string", computed: true, replaces: true },
      driverOpts: { type: "map", default: {}, replaces: true },
      labels: { ...labels, default: [] },
      mountpoint: { type: "string", readonly: true, computed: true },
      cluster: notSupported,
    },

    async create({ name, driver, driverOpts, labels }: Volume): Promise<Resource> {
      const made = await ask(
        "Unable to create volume",
        docker.createVolume({
          ...(name !== null && { Name: name }),
          ...(driver !== null && { Driver: driver }),
          DriverOpts: driverOpts,
          Labels: labelMap(labels),
        }),
      );
      return (await read(made.name))!;
    },

    read: (id) => read(id),

    update: () => Promise.reject(new Error("A volume is replaced, never updated.")),

    async delete(id: string): Promise<void> {
      await whileRefused(REMOVE_TIMEOUT_MS, () =>
        ask("Unable to remove volume", docker.getVolume(id).remove({ force: true })),
      );
    },
  };
}
