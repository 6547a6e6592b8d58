import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** Installs the dependencies, unless all are there. Ends the process with a message when that fails. */
export function provideDependencies() {
  requireNode();
  if (!dependenciesInstalled()) installDependencies();
}

function requireNode() {
  const wanted = readJson("package.json").engines.node.replace(">=", "");
  const [major, minor] = process.versions.node.split(".").map(Number);
  const [wantedMajor, wantedMinor] = wanted.split(".").map(Number);
  if (major > wantedMajor || (major === wantedMajor && minor >= wantedMinor)) return;
  fail(
    `Node.js ${process.versions.node} is too old: this project needs ${wanted} or newer.\n` +
      "  Install a newer version (https://nodejs.org, `nvm install --lts`), then run the same command again.",
  );
}

/** Whether every package of package-lock.json is installed in its version. npm keeps a record in node_modules. */
function dependenciesInstalled() {
  const record = join("node_modules", ".package-lock.json");
  if (!existsSync(join(root, record))) return false;
  const installed = readJson(record).packages;
  return Object.entries(readJson("package-lock.json").packages)
    .filter(([path, { optional }]) => path !== "" && !(optional && !installed[path]))
    .every(
      ([path, { version, integrity }]) =>
        installed[path]?.version === version &&
        installed[path].integrity === integrity &&
        existsSync(join(root, path, "package.json")),
    );
}

function installDependencies() {
  console.log("Installing the dependencies of package-lock.json");
  const npm = process.env.npm_execpath;
  // Warnings about indirect dependencies do not help a new user.
  const args = ["ci", "--include=dev", "--no-audit", "--no-fund", "--loglevel=error"];
  if (npm?.endsWith("npm-cli.js")) run(process.execPath, [npm, ...args]);
  else run("npm", args, { shell: process.platform === "win32" });
}

function run(command, args, options = {}) {
  const { status, error } = spawnSync(command, args, { cwd: root, stdio: "inherit", ...options });
  if (error) fail(`${command} could not be started: ${error.message}`);
  if (status !== 0) process.exit(status ?? 1);
}

function readJson(file) {
  return JSON.parse(readFileSync(join(root, file), "utf8"));
}

function fail(message) {
  console.error(message);
  process.exit(1);
}
