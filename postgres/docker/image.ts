import type Docker from "dockerode";
import type { ImageInspectInfo } from "dockerode";
import { ExpectedError } from "../../common/errors";
import type { Log } from "../../common/progress";
import { type EngineInfo, saidByEngine, statusOf } from "./engine";

/**
 * Makes sure that the engine has the image and can run it. An image that the engine has is not pulled again.
 *
 * @throws ExpectedError when the image cannot be pulled, or is for another platform
 */
export async function ensureImage(
  docker: Docker,
  image: string,
  engine: EngineInfo,
  log: Log,
): Promise<void> {
  const { Os, Architecture } = (await localImage(docker, image)) ?? (await pull(docker, image, log));
  if (Os === engine.os && Architecture === engine.architecture) return;
  throw new ExpectedError(
    `The image ${image} (chat-perf:image) is for ${Os} on ${Architecture}, but the Docker Engine runs ${engine.os} on ` +
      `${engine.architecture}.`,
    `Remove it (\`docker rmi ${image}\`) and pull it for this engine, or choose another one with \`pulumi config set image <image>\`.`,
  );
}

async function localImage(docker: Docker, image: string): Promise<ImageInspectInfo | undefined> {
  try {
    return await docker.getImage(image).inspect();
  } catch (error) {
    if (statusOf(error) === 404) return undefined;
    throw refusal(image, error);
  }
}

async function pull(docker: Docker, image: string, log: Log): Promise<ImageInspectInfo> {
  log(`Pulling ${image}...`);
  try {
    const stream = await docker.pull(tagged(image));
    await new Promise<void>((resolve, reject) => {
      docker.modem.followProgress(stream, (error) => {
        if (error) reject(error);
        else resolve();
      });
    });
    return await docker.getImage(image).inspect();
  } catch (error) {
    throw refusal(image, error);
  }
}

/** The reference with a tag, because the engine would pull all tags otherwise. */
function tagged(image: string): string {
  return /[:@][^/]*$/.test(image) ? image : `${image}:latest`;
}

function refusal(image: string, error: unknown): ExpectedError {
  return new ExpectedError(
    `The Docker Engine does not have the image ${image} (chat-perf:image) and cannot pull it: ${saidByEngine(error)}.`,
    "Correct the name (`pulumi config set image <image>`), log in to its registry (`docker login`), or load the image " +
      "into the engine with `docker load`.",
  );
}
