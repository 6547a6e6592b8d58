import { existsSync, lstatSync, readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { OWN_PARENTS } from "../../postgres/embedded/server-files";
import type { TestProject } from "./project";

/** Marks a secret in a state; its value is encrypted. */
const SECRET = "4dabf18193072939515e22adb298388d";
/** Outputs that two stacks with the same configuration have in common, figure by figure. */
const EXACT = ["dataset", "verdict", "readyForPhase2"];

const PULUMI_FILES = join(".pulumi", "state", "");

interface StoredResource {
  urn: string;
  inputs?: Record<string, unknown>;
  outputs?: Record<string, unknown>;
}

/** A stack's resources and files, without what two of one name differ in: places, figures and secrets. */
export interface StackShape {
  /** By URN. */
  resources: Record<string, unknown>;
  /** The permissions of what the stack has put into the project's folder, by path. */
  files: Record<string, number>;
}

/** @param sources files that were there before */
export function shapeOf(project: TestProject, stack: string, sources: ReadonlySet<string>): StackShape {
  const resources = resourcesOf(project, stack);
  const data = dataDirectory(project, stack);
  const plain = (text: string): string =>
    text
      .replaceAll(data, "DATA")
      .replaceAll(project.folder, "PROJECT")
      // Salts, hashes, figures.
      .replace(/[A-Za-z0-9+/]{22,}={0,2}/g, "#")
      .replace(/\b[0-9a-f]{7,}\b/g, "#")
      .replace(/\d+(?:[.,]\d+)*/g, "#");
  const shape = (value: unknown): unknown => {
    if (typeof value === "number") return "#";
    if (typeof value === "string") return plain(value);
    if (Array.isArray(value)) return value.map(shape);
    if (value === null || typeof value !== "object") return value;
    if (SECRET in value) return "secret";
    return Object.fromEntries(Object.entries(value).map(([key, each]) => [plain(key), shape(each)]));
  };
  return {
    resources: Object.fromEntries(
      resources.map(({ urn, inputs, outputs = {} }) => {
        const exact = urn.includes("::pulumi:pulumi:Stack::")
          ? EXACT.map((name) => [name, outputs[name]])
          : [];
        return [plain(urn), { inputs: shape(inputs), outputs: shape(outputs), exact }];
      }),
    ),
    files: Object.fromEntries(
      filesBelow(project.folder)
        .filter((path) => !sources.has(path) && !path.startsWith(OWN_PARENTS.local))
        .map((path) => [plain(path), lstatSync(join(project.folder, path)).mode & 0o777]),
    ),
  };
}

/**
 * Where a shape is not as expected, as `<where>: <this> is not <that>`. The mode of a file may be stricter than expected,
 * but not looser. The modes of Pulumi's state files are not compared: they follow the umask, in a folder that is private.
 */
export function differences(shape: StackShape, expected: StackShape): string[] {
  const [found, wanted] = [leaves(shape.resources), leaves(expected.resources)];
  for (const [leavesOf, { files }] of [
    [found, shape],
    [wanted, expected],
  ] as const)
    for (const path of Object.keys(files)) leavesOf.set(path, "there");
  const other = [...new Set([...found.keys(), ...wanted.keys()])]
    .filter((where) => found.get(where) !== wanted.get(where))
    .map((where) => `${where}: ${found.get(where) ?? "nothing"} is not ${wanted.get(where) ?? "nothing"}`);
  const open = Object.entries(shape.files)
    .filter(([path, mode]) => {
      const most = expected.files[path] ?? 0;
      return !path.startsWith(PULUMI_FILES) && ((mode & ~most) !== 0 || (mode & 0o700) !== (most & 0o700));
    })
    .map(([path, mode]) => `${path}: ${mode.toString(8)} is not ${(expected.files[path] ?? 0).toString(8)}`);
  return [...other, ...open];
}

function leaves(value: unknown, where = "", found = new Map<string, string>()): Map<string, string> {
  if (value === null || typeof value !== "object") return found.set(where, String(value));
  for (const [name, each] of Object.entries(value)) leaves(each, `${where} ${name}`, found);
  return found;
}

/** Where a stack's embedded server has its data. */
export function dataDirectory(project: TestProject, stack: string): string {
  const server = resourcesOf(project, stack).find(({ urn }) => urn.includes("chatperf:EmbeddedServer::"));
  return server!.outputs!.dataDirectory as string;
}

/** The paths of all files and folders in a project, dependencies and toolchain left out. */
export function filesBelow(folder: string, below = folder): string[] {
  return readdirSync(below, { withFileTypes: true }).flatMap((entry) => {
    const path = join(below, entry.name);
    const name = relative(folder, path);
    if (name === "node_modules" || name === join(".pulumi", "home")) return [];
    if (!entry.isDirectory()) return [name];
    // A server's own folder is private to its user.
    return existsSync(join(path, "PG_VERSION")) ? [name] : [name, ...filesBelow(folder, path)];
  });
}

/** What others than its owner may write to below a folder. */
export function openToOthers(folder: string): string[] {
  return filesBelow(folder).filter((path) => {
    const { mode } = lstatSync(join(folder, path));
    return (mode & 0o022) !== 0;
  });
}

function resourcesOf({ environment }: TestProject, stack: string): StoredResource[] {
  const backend = decodeURIComponent(environment.PULUMI_BACKEND_URL!.replace("file://", ""));
  const file = join(backend, ".pulumi", "stacks", "chat-perf", `${stack}.json`);
  const { checkpoint } = JSON.parse(readFileSync(file, "utf8")) as {
    checkpoint: { latest: { resources: StoredResource[] } };
  };
  return checkpoint.latest.resources;
}
