import { readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join, resolve } from "node:path";

/** The root folder of this clone. */
export const projectRoot = resolve(__dirname, "..");

/** The plugins that this project has for closed networks, by the names that the engine uses. */
export const offlinePlugins = ["random", "postgresql", "docker"] as const;

/** The version of an installed npm package, e.g. `4.21.2` of `@pulumi/random`. */
export function installedVersion(root: string, packageName: string): string {
  const file = join(root, "node_modules", packageName, "package.json");
  return (JSON.parse(readFileSync(file, "utf8")) as { version: string }).version;
}

/** The `PULUMI_HOME` with the toolchain for closed networks. It is in the clone and used by this clone only. */
export function closedNetworkHome(root: string): string {
  return join(root, ".pulumi", "home");
}

/** The `PULUMI_HOME` that `pulumi` uses by default. An empty variable counts as not set. */
export function vendorHome(environment: NodeJS.ProcessEnv): string {
  const { PULUMI_HOME: named = "" } = environment;
  return named === "" ? join(homedir(), ".pulumi") : named;
}

/** The folder in which the npm package `pulumi` looks for the CLI before it downloads one. */
export function cliFolder(home: string, root: string): string {
  return join(home, "versions", installedVersion(root, "pulumi"), "bin");
}

/** The folder in which the engine looks for a provider plugin before it downloads one. */
export function pluginFolder(home: string, root: string, name: string): string {
  return join(home, "plugins", `resource-${name}-v${installedVersion(root, `@pulumi/${name}`)}`);
}

/** The folder of the state backend that is used by default. */
export function stateFolder(root: string): string {
  return join(root, ".pulumi", "state");
}

/** The file with the passphrase of the local backend's secrets. */
export function passphraseFile(root: string): string {
  return join(root, ".pulumi", "passphrase");
}
