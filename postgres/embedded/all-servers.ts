import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync, realpathSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import type { FoundServer } from "../found-server";
import { shortHash, SYSTEM_FOLDER } from "./data-directory";
import { type Marker, readMarker } from "./marker";
import { pidFile } from "./postmaster";
import { serverState } from "./process";
import { rememberedFolders } from "./registry";

/** Where a project keeps data folders by default. */
const LOCAL_PARENT = ".postgres";
/** How the folder is called in which a data folder is being made. */
const UNFINISHED = /[.~]unfinished-[0-9a-f]{8}$/;

/**
 * Every embedded server on this machine that this program has made, whatever project: those that run, those in the
 * folders where data lie by default, and those that were written down. Folders of other users that cannot be read are
 * passed over.
 *
 * @param projectRoots projects in which to look, beside those that the servers themselves name
 */
export function embeddedServers(projectRoots: readonly string[]): FoundServer[] {
  const looked = new Map<string, FoundServer>();
  const lookAt = (folder: string): void => {
    const server = serverIn(folder);
    if (server === undefined || looked.get(server.place)?.state === "running") return;
    if (server.state !== "unfinished" || !looked.has(server.place)) looked.set(server.place, server);
  };
  [...rememberedFolders(), ...runningFolders(), ...foldersIn(SYSTEM_FOLDER)].forEach(lookAt);
  const named = [...looked.values()].map(({ projectRoot }) => projectRoot!);
  for (const root of new Set([...projectRoots, ...named])) {
    foldersIn(join(root, LOCAL_PARENT)).forEach(lookAt);
  }
  return [...looked.values()];
}

function serverIn(folder: string): FoundServer | undefined {
  const marker = markerOf(folder);
  if (marker === undefined) return undefined;
  const state = serverState(folder);
  // A stack may be called like an unfinished folder of another one; its folder holds data.
  const data = state === "missing" ? folder.replace(UNFINISHED, "") : folder;
  const port = state === "running" ? pidFile(folder)?.port : undefined;
  return {
    kind: "embedded",
    name: `${marker.stack}-${shortHash(data)}`,
    stack: marker.stack,
    projectRoot: projectOf(data, marker),
    place: data,
    // A folder with our marker and no data is the rest of an interrupted removal.
    state: state === "missing" ? "unfinished" : state,
    ...(port !== undefined && { port }),
  };
}

/** A folder inside of a project moves with it, whatever its marker says. */
function projectOf(folder: string, marker: Marker): string {
  const parent = dirname(folder);
  return basename(parent) === LOCAL_PARENT ? dirname(parent) : marker.projectRoot;
}

function markerOf(folder: string): Marker | undefined {
  try {
    return readMarker(folder);
  } catch {
    return undefined;
  }
}

function foldersIn(parent: string): string[] {
  try {
    return readdirSync(parent, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => join(parent, name));
  } catch {
    return [];
  }
}

/** The data folders of the PostgreSQL servers that run on this machine, whoever has started them. */
function runningFolders(): string[] {
  return commandLines()
    .flatMap(([program = "", option, folder]) =>
      basename(program) === "postgres" && option === "-D" && folder !== undefined ? [folder] : [],
    )
    .flatMap((folder) => {
      try {
        return [realpathSync(folder)];
      } catch {
        return [];
      }
    });
}

/** The words of every process. */
function commandLines(): string[][] {
  if (existsSync("/proc/self/cmdline")) {
    return readdirSync("/proc")
      .filter((name) => /^\d+$/.test(name))
      .map((pid) => {
        try {
          return readFileSync(join("/proc", pid, "cmdline"), "utf8").split("\0");
        } catch {
          return [];
        }
      });
  }
  try {
    return execFileSync("ps", ["-A", "-ww", "-o", "args="], { encoding: "utf8", maxBuffer: 1 << 26 })
      .split("\n")
      .map((line) => /^(\S*postgres) (-D) "?(.*?)"?$/.exec(line)?.slice(1) ?? []);
  } catch {
    return [];
  }
}
