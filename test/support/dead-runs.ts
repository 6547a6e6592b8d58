import { execFileSync } from "node:child_process";
import { existsSync, lstatSync, readdirSync, readFileSync, readlinkSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import Docker from "dockerode";
import { PROJECT_LABEL } from "../../postgres/docker/engine";
import { volumeLabels } from "../../postgres/docker/identity";
import { removePlace } from "../../postgres/docker/place";
import { SYSTEM_FOLDER } from "../../postgres/embedded/data-directory";
import { readMarker } from "../../postgres/embedded/marker";
import { forgetFolder, rememberedFolders } from "../../postgres/embedded/registry";
import { hasEnded, notesOf, ownerOf, RUN_PREFIX, RUN_VARIABLE } from "./test-run";

/**
 * How long a folder may be without an owner, in milliseconds. It is either just being created, or a killed run left it.
 */
const OWNERLESS_MS = 600_000;
const PROCESSES_END_MS = 10_000;
/** Matches the name that all objects of one stack have in a Docker Engine. */
const PLACE = /chat-perf-[\w-]+-[\da-f]{8}\b/g;
const silent = (): void => undefined;

/**
 * Removes everything that killed runs of this user have left: processes, servers, folders, containers, networks,
 * volumes, network namespaces. Running runs are not changed.
 *
 * @param temporary the folder that contains the folders of runs
 * @returns the folders of the removed runs
 */
export async function removeDeadRuns(temporary: string): Promise<string[]> {
  const dead = readdirSync(temporary)
    .filter((name) => name.startsWith(RUN_PREFIX))
    .map((name) => join(temporary, name))
    .filter(isDead);
  for (const folder of dead) await removeRun(folder);
  return dead;
}

function isDead(folder: string): boolean {
  const found = lstatSync(folder, { throwIfNoEntry: false });
  // Other users may create files in a shared folder.
  if (found === undefined || !found.isDirectory() || found.uid !== process.getuid?.()) return false;
  const owner = ownerOf(folder);
  return owner === undefined ? Date.now() - found.mtimeMs > OWNERLESS_MS : hasEnded(owner);
}

/** Removes everything that belongs to a run. Its folder is removed last, so that an interrupted removal is repeated. */
export async function removeRun(folder: string): Promise<void> {
  const dataFolders = systemDataFolders(folder);
  await endProcesses(folder, dataFolders);
  for (const name of namesOf(folder, "host")) tryToRun("ip", "netns", "delete", name);
  const places = [...namesOf(folder, "container"), ...placesOfStacks(folder)];
  if (places.length > 0) {
    // If the engine does not answer, the folder is kept for a later run.
    if (!(await engineAnswers())) return;
    for (const name of new Set(places)) await removeContainers(name);
  }
  for (const data of dataFolders) rmSync(data, { recursive: true, force: true });
  for (const data of rememberedFolders())
    if (isBelow(data, folder) || dataFolders.includes(data)) forgetFolder(data);
  for (const mounted of mountsBelow(folder)) tryToRun("umount", "--lazy", mounted);
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
}

/** The data folders of the run in /var/lib/chat-perf. Their markers name the project. */
function systemDataFolders(folder: string): string[] {
  if (process.getuid?.() !== 0 || !existsSync(SYSTEM_FOLDER)) return [];
  return readdirSync(SYSTEM_FOLDER)
    .map((name) => join(SYSTEM_FOLDER, name))
    .filter((data) => isBelow(readMarker(data)?.projectRoot ?? "", folder));
}

async function endProcesses(folder: string, dataFolders: string[]): Promise<void> {
  const giveUp = Date.now() + PROCESSES_END_MS;
  for (;;) {
    const left = processesOf(folder, dataFolders);
    if (left.length === 0) return;
    const late = Date.now() > giveUp;
    if (late && Date.now() > giveUp + PROCESSES_END_MS) return;
    for (const pid of left) signal(pid, isServer(pid) && !late ? "SIGQUIT" : "SIGKILL");
    await delay(100);
  }
}

/** The processes of a run: they have its variable in their environment, or one of its folders as working directory. */
export function processesOf(folder: string, dataFolders: string[] = []): number[] {
  if (!existsSync("/proc/self/environ")) return [];
  // The folder of a run that a test has started is inside this folder.
  const marks = ["\0", "/"].map((end) => `${RUN_VARIABLE}=${folder}${end}`);
  return readdirSync("/proc")
    .map(Number)
    .filter((pid) => pid > 0 && pid !== process.pid)
    .filter((pid) => {
      try {
        const place = readlinkSync(`/proc/${pid}/cwd`).replace(/ \(deleted\)$/, "");
        if ([folder, ...dataFolders].some((each) => isBelow(place, each))) return true;
        const environment = `${readFileSync(`/proc/${pid}/environ`, "utf8")}\0`;
        return marks.some((mark) => environment.includes(mark));
      } catch {
        // The process has ended, or belongs to another user.
        return false;
      }
    });
}

/** Whether a process is a PostgreSQL server. A server that is asked to stop releases its shared memory. */
function isServer(pid: number): boolean {
  return existsSync(`/proc/${pid}/cwd/postmaster.pid`);
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {
    // It has ended.
  }
}

function namesOf(folder: string, kind: string): string[] {
  const notes = existsSync(notesOf(folder)) ? readdirSync(notesOf(folder)) : [];
  return notes.filter((note) => note.startsWith(`${kind} `)).map((note) => note.slice(kind.length + 1));
}

/** The names of the run's objects in a Docker Engine, from the states of its projects. */
function placesOfStacks(folder: string): string[] {
  return readdirSync(folder, { encoding: "utf8", recursive: true })
    .filter((file) => /\.pulumi\/stacks\/.*\.json/.test(file) && statSync(join(folder, file)).isFile())
    .flatMap((file) => readFileSync(join(folder, file), "utf8").match(PLACE) ?? []);
}

async function engineAnswers(): Promise<boolean> {
  try {
    await new Docker().ping();
    return true;
  } catch {
    return false;
  }
}

/** Removes the objects with this name as a label, and the container, network and volume with this name. */
async function removeContainers(name: string): Promise<void> {
  const docker = new Docker();
  await docker
    .getContainer(name)
    .remove({ force: true, v: true })
    .catch(() => undefined);
  // The project of the run, because no other one may remove its container.
  const project = (await volumeLabels(docker, name))?.[PROJECT_LABEL];
  await removePlace({ name, host: "127.0.0.1", port: 0 }, silent, project);
  await docker
    .getNetwork(name)
    .remove()
    .catch(() => undefined);
}

function mountsBelow(folder: string): string[] {
  if (!existsSync("/proc/self/mounts")) return [];
  return readFileSync("/proc/self/mounts", "utf8")
    .split("\n")
    .map((line) => (line.split(" ")[1] ?? "").replaceAll("\\040", " "))
    .filter((place) => isBelow(place, folder))
    .sort((one, other) => other.length - one.length);
}

function tryToRun(program: string, ...args: string[]): void {
  try {
    execFileSync(program, args, { stdio: "ignore" });
  } catch {
    // It is gone already.
  }
}

function isBelow(path: string, folder: string): boolean {
  return path === folder || path.startsWith(`${folder}/`);
}
