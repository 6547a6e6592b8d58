import { execFileSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { chownSync, existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { connectionUrl, withClient } from "../../postgres/connection";
import { locateBinaries, removeBinaries } from "../../postgres/embedded/binaries";
import { freePort } from "../../postgres/embedded/configuration";
import { runAsServerUser } from "../../postgres/embedded/process";
import { INSTALLED } from "../../postgres/embedded/releases";
import type { Tls } from "../../postgres/tls";
import { serverUser } from "../../postgres/embedded/server-user";
import { isThere, systemServers } from "./needs";
import { temporaryFolder } from "./server";

/** A server that an administrator runs, from the system's packages, or from npm if there are none. */
export class SystemServer {
  readonly host = "127.0.0.1";
  readonly adminUser = "postgres";

  private constructor(
    readonly bin: string,
    readonly port: number,
    private readonly folder: string,
    readonly adminPassword: string,
    private readonly tls: Tls | undefined,
  ) {}

  /** @param configuration lines for postgresql.conf; files in it must be written with `file` first, and are relative */
  static async start({
    configuration = "",
    rules = "host all all 127.0.0.1/32 scram-sha-256",
    files = {},
    tls,
    newest = false,
  }: {
    configuration?: string;
    rules?: string;
    files?: Record<string, string>;
    /** The TLS options with which tests connect to it. */
    tls?: Tls;
    /** Whether to use npm's newest version even if the system has a server. */
    newest?: boolean;
  } = {}): Promise<SystemServer> {
    const folder = temporaryFolder("system-server");
    const server = new SystemServer(
      await programs(folder, newest),
      await freePort(),
      folder,
      randomBytes(16).toString("hex"),
      tls,
    );
    try {
      mkdirSync(join(folder, "data"), { mode: 0o700 });
      server.own(join(folder, "data"));
      server.write("password", `${server.adminPassword}\n`);
      await runAsServerUser(
        join(server.bin, "initdb"),
        [
          ...["-D", server.dataDirectory, "-U", server.adminUser, `--pwfile=${join(folder, "password")}`],
          ...["--auth=scram-sha-256", "--encoding=UTF8", "--locale=C", "--no-sync"],
        ],
        folder,
      );
      for (const [name, text] of Object.entries(files)) server.write(join("data", name), text);
      server.write("data/pg_hba.conf", `${rules}\n`);
      server.configure(configuration);
      await server.control("start");
    } catch (error) {
      await server.stop();
      throw error;
    }
    return server;
  }

  get dataDirectory(): string {
    return join(this.folder, "data");
  }

  get logFile(): string {
    return join(this.dataDirectory, "log");
  }

  get adminUrl(): string {
    return this.url();
  }

  url(database = "postgres", user = this.adminUser, password = this.adminPassword): string {
    const { host, port, tls } = this;
    return connectionUrl({ host, port, database, user, password, ...(tls !== undefined && { tls }) });
  }

  /** Runs a statement as the administrator. */
  sql<Row extends object>(text: string, database = "postgres"): Promise<Row[]> {
    return withClient(this.url(database), async (client) => (await client.query<Row>(text)).rows);
  }

  /** Replaces the lines that a test has added to postgresql.conf. They take effect after a restart. */
  configure(lines: string): void {
    this.write(
      "data/postgresql.conf",
      `port = ${this.port}\nlisten_addresses = '127.0.0.1'\nunix_socket_directories = ''\nfsync = off\n${lines}\n`,
    );
  }

  /** Runs pg_ctl. */
  async control(...args: string[]): Promise<void> {
    const waiting = ["-s", "-w", "-m", "fast", "-D", this.dataDirectory, "-l", this.logFile];
    const own = args[0] === "start" ? waiting.filter((each) => each !== "-m" && each !== "fast") : waiting;
    await runAsServerUser(join(this.bin, "pg_ctl"), [...args, ...own], this.folder);
  }

  /** The dump of a database, or undefined when there is no pg_dump of the server's version. */
  dump(database: string): string | undefined {
    const program = join(this.bin, "pg_dump");
    if (!existsSync(program)) return undefined;
    const text = execFileSync(program, [this.url(database)], { encoding: "utf8" });
    // Newer versions print a random word against hostile dumps.
    return text.replaceAll(/^\\(un)?restrict .*$/gm, "");
  }

  /** Writes a file into the server's folder. */
  write(name: string, text: string): void {
    const path = join(this.folder, name);
    rmSync(path, { force: true });
    writeFileSync(path, text, { mode: 0o600 });
    this.own(path);
  }

  async stop(): Promise<void> {
    if (existsSync(join(this.dataDirectory, "postmaster.pid"))) await this.control("stop");
    removeBinaries(this.folder);
    rmSync(this.folder, { recursive: true, force: true });
  }

  private own(path: string): void {
    const user = serverUser();
    if (user !== undefined) chownSync(path, user.uid, user.gid);
  }
}

/** The folder with the programs of the newest version that the system has, or npm's. */
async function programs(folder: string, newest: boolean): Promise<string> {
  const found = !newest && (await isThere("system-server")) ? systemServers()[0] : undefined;
  return found?.bin ?? join((await locateBinaries(INSTALLED, folder, () => undefined)).initdb, "..");
}
