import { spawn, spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";

import { ExpectedError } from "../../common/errors";
import { Progress, type Log } from "../../common/progress";
import { userCache } from "../../common/user-cache";
import { withLock } from "./lock";

const cliPackage = "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi";
const versionVariable = "github.com/pulumi/pulumi/sdk/v3/go/common/version.Version";

/** The Go module that pins the CLI's sources. */
const moduleFolder = join(__dirname, "cli");

/** The oldest version of Go that downloads the newer version which the module needs. */
const OLDEST_GO = { major: 1, minor: 21 };

/** The number of output lines of a failed build that the error shows. */
const SHOWN_LINES = 15;

/**
 * Builds the Pulumi CLI from its sources, unless the user's cache has it. A build takes two to six minutes on two idle
 * cores, 3 GB for Go's caches, and 110 MB in the user's cache, which all clones share.
 *
 * @param version the version that `offline/cli/go.mod` pins, e.g. `3.250.0`
 * @returns the path of the executable
 * @throws ExpectedError when Go is missing or the build fails
 */
export async function builtCli(version: string, log: Log, cache = userCache()): Promise<string> {
  const cli = join(cache, `pulumi-${version}-${process.platform}-${process.arch}`);
  if (existsSync(cli)) return cli;
  await mkdir(cache, { recursive: true });
  const wait = (): void => {
    log("Waiting for another process that is building the Pulumi CLI");
  };
  await withLock(`${cli}.lock`, wait, async () => {
    if (!existsSync(cli)) await build(version, cli, log);
  });
  return cli;
}

async function build(version: string, cli: string, log: Log): Promise<void> {
  requireGo();
  const unfinished = `${cli}.unfinished`;
  const packages = await listPackages(log);
  const progress = new Progress("building the Pulumi CLI", packages, "packages", log);
  try {
    const linkFlags = `-s -w -X ${versionVariable}=v${version}`;
    await go(
      ["build", "-v", "-mod=readonly", "-trimpath", "-ldflags", linkFlags, "-o", unfinished, cliPackage],
      {
        onError: () => {
          progress.advance(1);
        },
      },
    );
    progress.finish();
    await rename(unfinished, cli);
  } finally {
    await rm(unfinished, { force: true });
  }
}

/** Downloads the missing sources. Returns the number of packages of the CLI. */
async function listPackages(log: Log): Promise<number> {
  const modules = new Progress("fetching the Pulumi CLI's sources", await countModules(), "modules", log);
  let packages = 0;
  await go(["list", "-deps", "-mod=readonly", cliPackage], {
    onOutput: () => packages++,
    onError: (line) => {
      if (line.startsWith("go: downloading")) modules.advance(1);
    },
  });
  modules.finish();
  return packages;
}

async function countModules(): Promise<number> {
  let modules = 0;
  await go(["mod", "edit", "-json"], {
    onOutput: (line) => {
      if (line.includes('"Path"')) modules++;
    },
  });
  return modules;
}

interface Listeners {
  onOutput?: (line: string) => void;
  onError?: (line: string) => void;
}

async function go(args: string[], { onOutput, onError }: Listeners): Promise<void> {
  const child = spawn("go", args, {
    cwd: moduleFolder,
    // Without cgo, no C compiler is needed. A Go workspace in a parent folder must not affect this module.
    env: { ...process.env, CGO_ENABLED: "0", GOWORK: "off" },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const lastLines: string[] = [];
  createInterface(child.stdout).on("line", (line) => onOutput?.(line));
  createInterface(child.stderr).on("line", (line) => {
    if (lastLines.push(line) > SHOWN_LINES) lastLines.shift();
    onError?.(line);
  });
  const code = await new Promise<number | null>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", resolve);
  });
  if (code === 0) return;
  throw new ExpectedError(
    `The Pulumi CLI could not be built: \`go ${args[0] ?? ""}\` ended with ${code === null ? "a signal" : `exit code ${code}`}.\n  ${lastLines.join("\n  ")}`,
    "Check that the disk has 3 GB of free space and that the Go module proxy (`go env GOPROXY`) can be reached, then run `npm run setup` again.",
  );
}

function requireGo(): void {
  const { stdout, error } = spawnSync("go", ["version"], { encoding: "utf8" });
  const found = error === undefined ? /go(\d+)\.(\d+)/.exec(stdout) : null;
  const [major, minor] = [Number(found?.[1] ?? 0), Number(found?.[2] ?? 0)];
  if (major > OLDEST_GO.major || (major === OLDEST_GO.major && minor >= OLDEST_GO.minor)) return;
  const problem = found === null ? "Go is not on the PATH" : `Go ${major}.${minor} is too old`;
  throw new ExpectedError(
    `Pulumi's download servers cannot be reached, so the Pulumi CLI must be built here, but ${problem}.`,
    `Install Go ${OLDEST_GO.major}.${OLDEST_GO.minor} or newer (https://go.dev/dl, \`apt-get install golang-go\`, ` +
      "`dnf install golang`, `brew install go`), then run `npm run setup` again.",
  );
}
