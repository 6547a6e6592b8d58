import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync, realpathSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import type { FoundServer } from "../found-server";
import { shortHash, SYSTEM_FOLDER } from "./data-directory";
import { type Marker, readMarker } from "./marker";
import { pidFile } from "./postmaster";
import { serverState } from "./process";
import { forgetDeletedFolders, rememberedFolders } from "./registry";

/** The folder in which a project keeps data folders by default. */
const LOCAL_PARENT = ".postgres";
/** Matches the name of a folder in which a data folder is being created. */
const UNFINISHED = /[.~]unfinished-[0-9a-f]{8}$/;

/**
 * Every embedded server on this machine that this program has created, in any project. It finds servers that run,
 * servers in the default folders, and servers in the user's registry. Folders of other users that cannot be read are
 * skipped.
 *
 * @param projectRoots projects to search, in addition to those that the servers' markers name
 */
export function embeddedServers(projectRoots: readonly string[]): FoundServer[] {
  const servers = new Map<string, FoundServer>();
  const add = (folder: string): void => {
    const server = serverIn(folder);
    if (server === undefined || servers.get(server.place)?.state === "running") return;
    if (server.state !== "unfinished" || !servers.has(server.place)) servers.set(server.place, server);
  };
  forgetDeletedFolders();
  [...rememberedFolders(), ...runningFolders(), ...foldersIn(SYSTEM_FOLDER)].forEach(add);
  const named = [...servers.values()].map(({ projectRoot }) => projectRoot!);
  for (const root of new Set([...projectRoots, ...named])) {
    foldersIn(join(root, LOCAL_PARENT)).forEach(add);
  }
  return [...servers.values()];
}

function serverIn(folder: string): FoundServer | undefined {
  const marker = markerOf(folder);
  if (marker === undefined) return undefined;
  const state = serverState(folder);
  // A stack can have the same name as an unfinished folder of another stack, but its folder holds data.
  const data = state === "missing" ? folder.replace(UNFINISHED, "") : folder;
  const port = state === "running" ? pidFile(folder)?.port : undefined;
  return {
    kind: "embedded",
    name: `${marker.stack}-${shortHash(data)}`,
    stack: marker.stack,
    projectRoot: projectOf(data, marker),
    place: data,
    // A folder with a marker and no data was left by an interrupted removal.
    state: state === "missing" ? "unfinished" : state,
    ...(port !== undefined && { port }),
  };
}

/** The project of a folder. A folder inside a project moves with it, whatever its marker says. */
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

/** The data folders of all PostgreSQL servers that run on this machine. */
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

/** The command line of every process, as a list of words. */
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
