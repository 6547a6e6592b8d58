import { execFileSync } from "node:child_process";
import { mkdirSync, readdirSync, rmSync, symlinkSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { toolchainEnvironment } from "../../toolchain/environment";
import { cliFolder, closedNetworkHome, vendorHome } from "../../toolchain/layout";
import { install, isInstalled } from "../../toolchain/closed-network/toolchain";
import { canReach, type ServerUser } from "../../postgres/embedded/server-user";
import type { TestProject } from "./project";

const root = resolve(__dirname, "../..");

/**
 * Gives a clone to an ordinary user, who then runs its commands, with a toolchain and a compiler's cache of that user's
 * own. Only root can do that.
 */
export async function projectOfUser(user: ServerUser, project: TestProject): Promise<TestProject> {
  linkDependencies(project.folder, user);
  const home = await copyToolchain(project.folder);
  execFileSync("chown", ["-R", "--no-dereference", `${user.uid}:${user.gid}`, dirname(project.folder)]);
  return project.ownedBy(user, { ...toolchainEnvironment(project.folder), ...home });
}

/** The packages are linked one by one, so that the folder around them is the user's. */
function linkDependencies(folder: string, user: ServerUser): void {
  const [modules, installed] = [join(folder, "node_modules"), join(root, "node_modules")];
  rmSync(modules);
  if (!canReach(user, installed)) {
    execFileSync("cp", ["-a", installed, modules]);
    return;
  }
  mkdirSync(modules);
  for (const name of readdirSync(installed)) {
    if (name !== ".cache") symlinkSync(join(installed, name), join(modules, name));
  }
}

async function copyToolchain(folder: string): Promise<NodeJS.ProcessEnv> {
  if (isInstalled(root)) {
    await install(folder, join(cliFolder(closedNetworkHome(root), root), "pulumi"));
    return { PULUMI_HOME: closedNetworkHome(folder) };
  }
  const home = join(folder, ".pulumi", "home");
  mkdirSync(home);
  for (const part of ["versions", "plugins"])
    execFileSync("cp", ["-a", join(vendorHome(process.env), part), home]);
  return { PULUMI_HOME: home };
}
