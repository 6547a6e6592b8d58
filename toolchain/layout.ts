import { readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join, resolve } from "node:path";

/** The root of this clone: where everything below is kept. */
export const projectRoot = resolve(__dirname, "..");

/** What the closed network's own plugins stand in for, by the name the engine knows them by. */
export const offlinePlugins = ["random", "postgresql", "docker"] as const;

/** Version of an installed npm package, e.g. `4.21.2` of `@pulumi/random`. */
export function installedVersion(root: string, packageName: string): string {
  const file = join(root, "node_modules", packageName, "package.json");
  return (JSON.parse(readFileSync(file, "utf8")) as { version: string }).version;
}

/** The `PULUMI_HOME` of the closed network's toolchain: in the clone, so that it serves this clone alone. */
export function closedNetworkHome(root: string): string {
  return join(root, ".pulumi", "home");
}

/** The `PULUMI_HOME` that `pulumi` uses when left alone; an empty one counts as none. */
export function vendorHome(environment: NodeJS.ProcessEnv): string {
  const { PULUMI_HOME: named = "" } = environment;
  return named === "" ? join(homedir(), ".pulumi") : named;
}

/** Where the npm package `pulumi` looks for the command line interface before it downloads one. */
export function cliFolder(home: string, root: string): string {
  return join(home, "versions", installedVersion(root, "pulumi"), "bin");
}

/** Where the engine looks for a provider plugin before it downloads one. */
export function pluginFolder(home: string, root: string, name: string): string {
  return join(home, "plugins", `resource-${name}-v${installedVersion(root, `@pulumi/${name}`)}`);
}

/** Where stacks are recorded when no other backend is chosen. */
export function stateFolder(root: string): string {
  return join(root, ".pulumi", "state");
}

/** Holds the passphrase of the local backend's secrets. */
export function passphraseFile(root: string): string {
  return join(root, ".pulumi", "passphrase");
}
