import { execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import { resolve } from "node:path";
import { promisify } from "node:util";

import { noteOutside } from "./test-run";

const root = resolve(__dirname, "../..");
const run = promisify(execFile);

/** Connects and prints the TLS version (empty without encryption) or the error. */
const login = `
  const { withClient } = require("./postgres/connection");
  const sql = "SELECT coalesce(version, '') AS tls FROM pg_stat_ssl WHERE pid = pg_backend_pid()";
  withClient(process.env.URL, async (client) => (await client.query(sql)).rows[0].tls).then(
    (tls) => console.log(JSON.stringify({ tls })),
    (error) => console.log(JSON.stringify({ error: error.message })),
  );
`;

/**
 * Another host on the network: a network namespace of this machine's kernel, which a virtual cable connects to it. It
 * needs root and `ip` (Debian's iproute2).
 */
export class OtherHost {
  /** Removes the note for the next run, which would remove this namespace after a kill. */
  #forget = (): void => undefined;

  private constructor(
    readonly name: string,
    /** The address of this machine for the other host. */
    readonly gateway: string,
    /** The address of the other host for this machine. */
    readonly address: string,
  ) {}

  static async create(): Promise<OtherHost> {
    const id = randomBytes(3);
    // Addresses for benchmarks (RFC 2544), which no other network uses. Each cable has four.
    const network = `198.${18 + (id[0]! % 2)}.${id[1]!}`;
    const first = id[2]! & 0b11111100;
    const host = new OtherHost(
      `perf${id.toString("hex")}`,
      `${network}.${first + 1}`,
      `${network}.${first + 2}`,
    );
    const { name } = host;
    host.#forget = noteOutside("host", name);
    await ip("netns", "add", name);
    try {
      await ip("link", "add", `${name}a`, "type", "veth", "peer", "name", `${name}b`, "netns", name);
      await ip("address", "add", `${host.gateway}/30`, "dev", `${name}a`);
      await ip("link", "set", `${name}a`, "up");
      await ip("-n", name, "address", "add", `${host.address}/30`, "dev", `${name}b`);
      await ip("-n", name, "link", "set", `${name}b`, "up");
      return host;
    } catch (error) {
      await host.remove();
      throw error;
    }
  }

  /**
   * Logs in from the other host.
   *
   * @param url a URL of this machine, whose host is replaced by `gateway`
   * @returns the version of TLS, empty without encryption; or the error
   */
  async login(url: string): Promise<{ tls?: string; error?: string }> {
    const seen = new URL(url);
    seen.hostname = this.gateway;
    const node = [
      process.execPath,
      "--require",
      "./runtime/preload.cjs",
      "--input-type=commonjs",
      "--eval",
      login,
    ];
    const { stdout } = await run("ip", ["netns", "exec", this.name, ...node], {
      cwd: root,
      env: { ...process.env, URL: seen.href },
    });
    return JSON.parse(stdout) as { tls?: string; error?: string };
  }

  /** Removes the namespace, and the cable with it. */
  async remove(): Promise<void> {
    await ip("netns", "delete", this.name);
    this.#forget();
  }
}

async function ip(...args: string[]): Promise<void> {
  await run("ip", args);
}
