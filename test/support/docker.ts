import { mkdirSync } from "node:fs";
import { join } from "node:path";
import Docker from "dockerode";
import { withLock } from "../../toolchain/closed-network/lock";
import { userCache } from "../../common/user-cache";
import { makeTestImage } from "./docker-image";

const silent = (): void => undefined;

/** The client of the Docker Engine, which then has the test image. Tests that use it need `docker` and `image`. */
export async function dockerEngine(): Promise<Docker> {
  const docker = new Docker();
  // Test files run in parallel, and one image is enough for all.
  mkdirSync(userCache(), { recursive: true });
  await withLock(join(userCache(), "test-image.lock"), silent, () => makeTestImage(docker));
  return docker;
}
