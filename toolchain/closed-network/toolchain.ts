import { accessSync, chmodSync, constants, existsSync, readFileSync, statSync } from "node:fs";
import { copyFile, link, mkdir, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";

import { cliFolder, closedNetworkHome, offlinePlugins, pluginFolder } from "../layout";

/** An executable of the closed network's toolchain that is a few lines of shell around a part of this clone. */
interface Script {
  path: string;
  text: string;
}

/** Whether the clone holds the whole toolchain of a closed network, as this version of the project writes it. */
export function isInstalled(root: string): boolean {
  return isExecutable(cliPath(root)) && scripts(root).every(isCurrent);
}

/** Whether a `PULUMI_HOME` holds the vendor's CLI and plugins in the versions that this clone uses. */
export function holdsVendorToolchain(home: string, root: string): boolean {
  return (
    isExecutable(join(cliFolder(home, root), "pulumi")) &&
    offlinePlugins.every((name) => existsSync(pluginFolder(home, root, name)))
  );
}

/**
 * Puts the closed network's toolchain in place: the CLI, the language host beside it, the plugins where the
 * engine looks for them. Replaces what is missing or differs. Each file appears whole or not at all.
 *
 * @param cli the built executable; shared by hard link where that is possible
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

/** Every path is found from the script's own place: a clone can be moved, and its path can hold any character. */
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
      // Stays in the program's folder: that is where the engine wants its dynamic providers to run.
      text: `#!/bin/sh\nroot="$(dirname "$0")/${up(5)}"\nexec node --require "$root/runtime/preload.cjs" "$root/node_modules/@pulumi/pulumi/cmd/dynamic-provider" "$@"\n`,
    },
    ...offlinePlugins.map((name) => ({
      path: join(pluginFolder(home, root, name), `pulumi-resource-${name}`),
      text: runFromClone(4, `toolchain/closed-network/plugins/${name}.ts`),
    })),
  ];
}

/** A script that runs a TypeScript file of the clone, whose root is so many levels above the script. */
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
