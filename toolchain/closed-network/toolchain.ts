import { accessSync, chmodSync, constants, existsSync, readFileSync, statSync } from "node:fs";
import { copyFile, link, mkdir, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";

import { cliFolder, closedNetworkHome, offlinePlugins, pluginFolder } from "../layout";

/** An executable of the toolchain for closed networks. It is a short shell script that starts a file of this clone. */
interface Script {
  path: string;
  text: string;
}

/** Whether the clone has the complete toolchain for closed networks, as this version of the project writes it. */
export function isInstalled(root: string): boolean {
  return isExecutable(cliPath(root)) && scripts(root).every(isCurrent);
}

/** Whether a `PULUMI_HOME` has the official CLI and plugins in the versions that this clone uses. */
export function holdsVendorToolchain(home: string, root: string): boolean {
  return (
    isExecutable(join(cliFolder(home, root), "pulumi")) &&
    offlinePlugins.every((name) => existsSync(pluginFolder(home, root, name)))
  );
}

/**
 * Installs the toolchain for closed networks: the CLI, the language host next to it, and the plugins in the folders in
 * which the engine looks for them. Missing or different files are replaced. Each file is written completely or not at
 * all.
 *
 * @param cli the path of the built executable, which is hard-linked if possible
 */
export async function install(root: string, cli: string): Promise<void> {
  if (!isExecutable(cliPath(root))) await place(cliPath(root), (target) => linkOrCopy(cli, target));
  for (const script of scripts(root)) {
    if (!isCurrent(script)) await place(script.path, (target) => writeFile(target, script.text));
  }
}

/** Writes the scripts of an installed toolchain again when they are outdated, for example after a pull that moved files. */
export async function renewScripts(root: string): Promise<void> {
  if (isExecutable(cliPath(root))) await install(root, cliPath(root));
}

/**
 * The scripts of the toolchain. They find every path relative to themselves, because a clone can be moved, and its path
 * can contain any character.
 */
export function scripts(root: string): Script[] {
  const home = closedNetworkHome(root);
  const bin = cliFolder(home, root);
  return [
    {
      path: join(bin, "pulumi-language-nodejs"),
      text: runFromClone(5, "toolchain/closed-network/language-host.ts"),
    },
    {
      path: join(bin, "pulumi-resource-pulumi-nodejs"),
      // The working directory remains the program's folder, in which the engine runs dynamic providers.
      text: `#!/bin/sh\nroot="$(dirname "$0")/${up(5)}"\nexec node --require "$root/runtime/preload.cjs" "$root/node_modules/@pulumi/pulumi/cmd/dynamic-provider" "$@"\n`,
    },
    ...offlinePlugins.map((name) => ({
      path: join(pluginFolder(home, root, name), `pulumi-resource-${name}`),
      text: runFromClone(4, `toolchain/closed-network/plugins/${name}.ts`),
    })),
  ];
}

/**
 * A script that runs a TypeScript file of the clone.
 *
 * @param levels the number of folders between the script and the root of the clone
 */
function runFromClone(levels: number, file: string): string {
  return `#!/bin/sh\ncd "$(dirname "$0")/${up(levels)}" && exec node --require ./runtime/preload.cjs ${file} "$@"\n`;
}

function up(levels: number): string {
  return Array<string>(levels).fill("..").join("/");
}

function cliPath(root: string): string {
  return join(cliFolder(closedNetworkHome(root), root), "pulumi");
}

function isCurrent({ path, text }: Script): boolean {
  return isExecutable(path) && readFileSync(path, "utf8") === text;
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).size > 0;
  } catch {
    return false;
  }
}

async function place(path: string, write: (target: string) => Promise<void>): Promise<void> {
  const unfinished = `${path}.unfinished-${process.pid}`;
  await mkdir(dirname(path), { recursive: true });
  try {
    await write(unfinished);
    chmodSync(unfinished, 0o755);
    await rename(unfinished, path);
  } finally {
    await rm(unfinished, { force: true });
  }
}

async function linkOrCopy(source: string, target: string): Promise<void> {
  await link(source, target).catch(() => copyFile(source, target));
}
