import { readdirSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import { basename, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

/** The name of the project, as in Pulumi.yaml. */
export const PROJECT = "chat-perf";

/** A server that a stack's state contains. */
export type KnownServer =
  | {
      kind: "embedded";
      /** The absolute path of the data folder. */
      dataDirectory: string;
      /** The configured folder; left out where none is configured. */
      dataDir?: string;
      /** PostgreSQL's own number of the server; states of earlier versions have none. */
      systemIdentifier?: string;
    }
  | {
      kind: "docker";
      /** The name of its container, its network and its volume. */
      name: string;
    };

/** The parts of a resource in a state that describe a server. */
interface Resource {
  urn?: string;
  type?: string;
  outputs?: Partial<Record<"dataDirectory" | "dataDir" | "systemIdentifier" | "name" | "stack", unknown>>;
}

/**
 * The `.pulumi` folder of a backend that is a folder. Undefined for any other backend. The URL may begin with `~`, or
 * be relative to the working directory.
 */
export function backendFolder(url: string | undefined): string | undefined {
  if (url?.startsWith("file://") !== true) return undefined;
  return join(localPath(url), ".pulumi");
}

function localPath(url: string): string {
  try {
    return fileURLToPath(url);
  } catch {
    // Only Pulumi accepts such URLs: `file://~/state`, `file://./state`.
    const path = decodeURIComponent(url.slice("file://".length).replace(/\?.*$/, ""));
    return resolve(path.replace(/^~(?=\/|$)/, homedir()));
  }
}

/** The path of a stack's state in the folder of a backend. */
export function stateFile(folder: string, project: string, stack: string): string {
  return join(folder, "stacks", project, `${stack}.json`);
}

/** The stacks of a project that have a state in the folder of a backend. */
export function stacksIn(folder: string, project: string): string[] {
  try {
    return readdirSync(join(folder, "stacks", project))
      .filter((name) => name.endsWith(".json"))
      .map((name) => basename(name, ".json"));
  } catch {
    return [];
  }
}

/** The servers in a stack's state. The list is empty when the state does not exist or cannot be read. */
export function serversInState(file: string): KnownServer[] {
  return resourcesIn(file).flatMap(serverOf);
}

/** The URNs of the resources of a kind of task that a stack's state has. */
export function urnsInState(file: string, kind: string): string[] {
  return resourcesIn(file).flatMap(({ type, urn }) =>
    type === `pulumi-nodejs:dynamic/chatperf:${kind}` && urn !== undefined ? [urn] : [],
  );
}

/**
 * The stacks whose states contain the resources of a stack. There are several after a state was imported under another
 * name.
 */
export function stacksWithResourcesOf(stack: string, folder: string, project: string): string[] {
  return stacksIn(folder, project).filter((name) =>
    resourcesIn(stateFile(folder, project, name)).some(
      ({ type, outputs }) => type === "pulumi-nodejs:dynamic/chatperf:Protection" && outputs?.stack === stack,
    ),
  );
}

function resourcesIn(file: string): Resource[] {
  try {
    const { checkpoint } = JSON.parse(readFileSync(file, "utf8")) as {
      checkpoint?: { latest?: { resources?: Resource[] } };
    };
    return checkpoint?.latest?.resources ?? [];
  } catch {
    return [];
  }
}

function serverOf({ type, outputs }: Resource): KnownServer[] {
  if (type === "pulumi-nodejs:dynamic/chatperf:EmbeddedServer") {
    const { dataDirectory, dataDir = "", systemIdentifier } = outputs ?? {};
    if (typeof dataDirectory !== "string") return [];
    const server: KnownServer = { kind: "embedded", dataDirectory };
    if (typeof dataDir === "string" && dataDir !== "") server.dataDir = dataDir;
    if (typeof systemIdentifier === "string") server.systemIdentifier = systemIdentifier;
    return [server];
  }
  if (type === "pulumi-nodejs:dynamic/chatperf:DockerPlace") {
    const { name } = outputs ?? {};
    return typeof name === "string" ? [{ kind: "docker", name }] : [];
  }
  return [];
}
