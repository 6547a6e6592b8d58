import { execFileSync } from "node:child_process";
import { existsSync, lstatSync, readdirSync, readFileSync, readlinkSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import Docker from "dockerode";
import { removePlace } from "../../postgres/docker/place";
import { SYSTEM_FOLDER } from "../../postgres/embedded/data-directory";
import { readMarker } from "../../postgres/embedded/marker";
import { hasEnded, notesOf, ownerOf, RUN_PREFIX, RUN_VARIABLE } from "./test-run";

/** A folder without an owner is one that is just being made, or that a killed run has left. Milliseconds. */
const OWNERLESS_MS = 600_000;
const PROCESSES_END_MS = 10_000;
/** How a stack's things in a Docker Engine are called. */
const PLACE = /chat-perf-[\w-]+-[\da-f]{8}\b/g;
const silent = (): void => undefined;

/**
 * Removes what runs that were killed have left of this user's: processes, servers, folders, containers, networks,
 * volumes, network namespaces. Runs that are alive keep theirs.
 *
 * @param temporary the folder in which the folders of runs lie
 * @returns the folders of the runs whose things were removed
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
  // In a folder for everybody, others may put what they like.
  if (found === undefined || !found.isDirectory() || found.uid !== process.getuid?.()) return false;
  const owner = ownerOf(folder);
  return owner === undefined ? Date.now() - found.mtimeMs > OWNERLESS_MS : hasEnded(owner);
}

/** Removes everything that belongs to a run, its folder last, so that an interrupted removal is done again. */
export async function removeRun(folder: string): Promise<void> {
  const dataFolders = systemDataFolders(folder);
  await endProcesses(folder, dataFolders);
  for (const name of namesOf(folder, "host")) tryToRun("ip", "netns", "delete", name);
  const places = [...namesOf(folder, "container"), ...placesOfStacks(folder)];
  if (places.length > 0) {
    // Without its engine the run's folder stays, for a run that has it.
    if (!(await engineAnswers())) return;
    for (const name of new Set(places)) await removeContainers(name);
  }
  for (const data of dataFolders) rmSync(data, { recursive: true, force: true });
  for (const mounted of mountsBelow(folder)) tryToRun("umount", "--lazy", mounted);
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
}

/** Data folders that root's servers of the run have in the system's folder: their marker names the project. */
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

/** The processes that have the run's mark in their environment, or work in one of its folders. */
export function processesOf(folder: string, dataFolders: string[] = []): number[] {
  if (!existsSync("/proc/self/environ")) return [];
  // A run that a test has started has its folder in this one's.
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
        // It has ended, or is another user's.
        return false;
      }
    });
}

/** A PostgreSQL server that is told to quit gives its shared memory back. */
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

/** The names of what stacks have in a Docker Engine, as the states of the run's projects have them. */
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

/** What bears the name as its label, as stacks' things do, and the container, network and volume of that name. */
async function removeContainers(name: string): Promise<void> {
  const docker = new Docker();
  await docker
    .getContainer(name)
    .remove({ force: true, v: true })
    .catch(() => undefined);
  await removePlace({ name, host: "127.0.0.1", port: 0 }, silent);
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
