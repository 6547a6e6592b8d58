import { mkdirSync } from "node:fs";
import { join } from "node:path";
import Docker from "dockerode";
import { withLock } from "../../toolchain/closed-network/lock";
import { userCache } from "../../common/user-cache";
import { makeTestImage } from "./docker-image";

const silent = (): void => undefined;

/** The Docker Engine, with the test image in it. Tests that use it need `docker` and `image`. */
export async function dockerEngine(): Promise<Docker> {
  const docker = new Docker();
  // Files and runs go side by side, and one image is enough.
  mkdirSync(userCache(), { recursive: true });
  await withLock(join(userCache(), "test-image.lock"), silent, () => makeTestImage(docker));
  return docker;
}
