import { readdirSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import { basename, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

/** The project's name, as in Pulumi.yaml. */
export const PROJECT = "chat-perf";

/** A server that a stack's state knows. */
export type KnownServer =
  | {
      kind: "embedded";
      /** Absolute path. */
      dataDirectory: string;
      /** The configured folder; left out where none is configured. */
      dataDir?: string;
      /** PostgreSQL's own number of the server; states of earlier versions have none. */
      systemIdentifier?: string;
    }
  | {
      kind: "docker";
      /** What its container, network and volume are called. */
      name: string;
    };

/** A resource as a state has it, as far as servers are concerned. */
interface Resource {
  urn?: string;
  type?: string;
  outputs?: Partial<Record<"dataDirectory" | "dataDir" | "systemIdentifier" | "name", unknown>>;
}

/**
 * The folder of Pulumi's own in a backend that is a folder; undefined for any other backend. A URL may begin with `~`
 * or be relative to the working directory.
 */
export function backendFolder(url: string | undefined): string | undefined {
  if (url?.startsWith("file://") !== true) return undefined;
  return join(localPath(url), ".pulumi");
}

function localPath(url: string): string {
  try {
    return fileURLToPath(url);
  } catch {
    // Not a URL that others than Pulumi would understand: `file://~/state`, `file://./state`.
    const path = decodeURIComponent(url.slice("file://".length).replace(/\?.*$/, ""));
    return resolve(path.replace(/^~(?=\/|$)/, homedir()));
  }
}

/** The file of a stack's state in a backend's folder. */
export function stateFile(folder: string, project: string, stack: string): string {
  return join(folder, "stacks", project, `${stack}.json`);
}

/** The stacks of a project that have a state in a backend's folder. */
export function stacksIn(folder: string, project: string): string[] {
  try {
    return readdirSync(join(folder, "stacks", project))
      .filter((name) => name.endsWith(".json"))
      .map((name) => basename(name, ".json"));
  } catch {
    return [];
  }
}

/** The servers that a stack's state knows; none where there is no state, or it cannot be read. */
export function serversInState(file: string): KnownServer[] {
  return resourcesIn(file).flatMap(serverOf);
}

/** The URNs of the resources of a kind of task that a stack's state has. */
export function urnsInState(file: string, kind: string): string[] {
  return resourcesIn(file).flatMap(({ type, urn }) =>
    type === `pulumi-nodejs:dynamic/chatperf:${kind}` && urn !== undefined ? [urn] : [],
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
