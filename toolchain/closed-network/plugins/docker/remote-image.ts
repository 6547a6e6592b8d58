import type Docker from "dockerode";
import type { Property, Resource, ResourceType } from "../resource-type";
import type { Properties } from "../values";
import { ask, found } from "./engine";

interface RemoteImage extends Properties {
  name: string;
  keepLocally: boolean | null;
  forceRemove: boolean | null;
  platform: string | null;
}

const replaces = true;
const computed: Property = { type: "string", readonly: true, computed: true };

/** The resource type `docker:index/remoteImage:RemoteImage`: an image that the engine has or pulls. */
export function remoteImage(docker: Docker): ResourceType {
  async function pull({ name, platform }: RemoteImage): Promise<void> {
    const stream = await ask(
      `Unable to read Docker image into resource: unable to pull image ${name}`,
      docker.pull(name, platform === null ? {} : { platform }),
    );
    await ask(
      `Unable to read Docker image into resource: unable to pull image ${name}`,
      new Promise<void>((resolve, reject) => {
        docker.modem.followProgress(stream, (error) => {
          if (error) reject(error);
          else resolve();
        });
      }),
    );
  }

  async function read(state: RemoteImage): Promise<Resource | undefined> {
    const image = await found(docker.getImage(state.name).inspect());
    if (image === undefined) return undefined;
    const id = `${image.Id}${state.name}`;
    return {
      id,
      state: { ...state, id, imageId: image.Id, repoDigest: repoDigest(state.name, image.RepoDigests) },
    };
  }

  async function readOrPull(plan: RemoteImage): Promise<Resource> {
    const local = await read(plan);
    if (local !== undefined) return local;
    await pull(plan);
    return (await read(plan))!;
  }

  return {
    schema: {
      name: { type: "string", required: true, replaces },
      keepLocally: { type: "boolean" },
      forceRemove: { type: "boolean" },
      platform: { type: "string", replaces },
      pullTriggers: { type: "set", replaces },
      triggers: { type: "map", replaces },
      build: { type: "string", readonly: true },
      imageId: computed,
      repoDigest: computed,
    },

    create: readOrPull,

    read: (_id: string, state: RemoteImage) => read(state),

    update: async (_id: string, _state: Properties, plan: RemoteImage) => (await readOrPull(plan)).state,

    async delete(_id: string, { name, keepLocally, forceRemove }: RemoteImage): Promise<void> {
      if (keepLocally === true || (await found(docker.getImage(name).inspect())) === undefined) return;
      await ask(
        "Unable to remove Docker image",
        docker.getImage(name).remove({ force: forceRemove ?? false }),
      );
    },
  };
}

/**
 * The digest of the image in the registry, for that name. It is empty for an image that was built or loaded locally.
 */
function repoDigest(name: string, digests: readonly string[] | undefined): string {
  const repository = name.replace(/@.*$/, "").replace(/:[^/:]*$/, "");
  return digests?.find((digest) => digest.split("@", 1)[0] === repository) ?? "";
}
