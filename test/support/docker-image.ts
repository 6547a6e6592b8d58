import { execFile, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { chmod, copyFile, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import Docker from "dockerode";

/**
 * An image with PostgreSQL 15 from Debian's packages. It replaces the official image, which closed networks cannot
 * pull.
 */
export const TEST_IMAGE = "chat-perf-test:postgres-15";

const RECIPE = "org.chat-perf.recipe";
const entrypoint = join(__dirname, "docker-entrypoint.sh");
const run = promisify(execFile);

/** The digest of the image's recipe. A changed recipe builds another image. */
const recipe = createHash("sha256")
  .update(readFileSync(entrypoint))
  .update(readFileSync(__filename))
  .digest("hex");

/**
 * Builds the image if the engine does not have it. This takes a minute or two, once for each machine, and needs root
 * and `debootstrap`.
 */
export async function makeTestImage(docker: Docker): Promise<void> {
  if (await testImageIsThere(docker)) return;
  const folder = await mkdtemp(join(tmpdir(), "chat-perf-image-"));
  try {
    await fill(folder);
    await importFolder(docker, folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Whether the engine has the image with this recipe. */
export async function testImageIsThere(docker = new Docker()): Promise<boolean> {
  const present = await docker
    .getImage(TEST_IMAGE)
    .inspect()
    .catch(() => undefined);
  return present?.Config.Labels[RECIPE] === recipe;
}

async function fill(folder: string): Promise<void> {
  await chmod(folder, 0o755);
  const packages = "--include=postgresql-15,gosu";
  await run("debootstrap", ["--variant=minbase", packages, "bookworm", folder], { maxBuffer: 1 << 26 });
  // Removes the server that the package created, and files that only the installation needs.
  for (const path of ["var/lib/postgresql/15", "var/cache/apt", "var/lib/apt/lists", "usr/share/doc"]) {
    await rm(join(folder, path), { recursive: true, force: true });
  }
  const script = join(folder, "usr/local/bin/docker-entrypoint.sh");
  await copyFile(entrypoint, script);
  await chmod(script, 0o755);
  const sample = join(folder, "usr/share/postgresql/15/postgresql.conf.sample");
  const text = await readFile(sample, "utf8");
  await writeFile(sample, text.replace(/^#?listen_addresses = .*$/m, "listen_addresses = '*'"));
}

async function importFolder(docker: Docker, folder: string): Promise<void> {
  const [repo, tag] = TEST_IMAGE.split(":");
  const changes = [
    "ENV PATH=/usr/lib/postgresql/15/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
    "ENV PG_MAJOR=15",
    "ENV PGDATA=/var/lib/postgresql/data",
    "VOLUME /var/lib/postgresql/data",
    'ENTRYPOINT ["docker-entrypoint.sh"]',
    'CMD ["postgres"]',
    "EXPOSE 5432",
    `LABEL ${RECIPE}=${recipe}`,
  ];
  const tar = spawn("tar", ["-C", folder, "--numeric-owner", "-c", "."], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const answer = await docker.importImage(tar.stdout, { repo, tag, changes });
  await new Promise<void>((resolve, reject) => {
    docker.modem.followProgress(answer, (error) => {
      if (error) reject(error);
      else resolve();
    });
  });
}

// `.ci/run` makes the image as root for an ordinary user.
if (require.main === module) void makeTestImage(new Docker());
