import { execFileSync } from "node:child_process";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Context } from "mocha";
import Docker from "dockerode";
import { withLock } from "../../offline/lock";
import { makeTestImage } from "./docker-image";
import { isRequired } from "./required";

const silent = (): void => undefined;

/**
 * The Docker Engine, with the test image in it. Where there is none the test is skipped and says why, unless
 * `CHAT_PERF_REQUIRE` has the word `docker`, as on a machine that was prepared for the whole suite.
 */
export async function dockerEngine(test: Context): Promise<Docker> {
  const docker = new Docker();
  const missing = await whatIsMissing(docker);
  if (missing === undefined) {
    // Files run side by side, and one image is enough.
    await withLock(join(tmpdir(), "chat-perf-test-image.lock"), silent, () => makeTestImage(docker));
    return docker;
  }
  if (isRequired("docker")) throw new Error(missing);
  console.log(`      not tried: ${missing}`);
  return test.skip();
}

async function whatIsMissing(docker: Docker): Promise<string | undefined> {
  try {
    await docker.ping();
  } catch (error) {
    return `no Docker Engine answers (${(error as Error).message})`;
  }
  try {
    execFileSync("debootstrap", ["--version"], { stdio: "ignore" });
  } catch {
    return "debootstrap, which the test image is made by, is not installed";
  }
  return process.getuid?.() === 0 ? undefined : "only root can make the test image";
}
