import { ExpectedError } from "../common/errors";
import { builtCli } from "./closed-network/cli-build";
import { installedVersion, projectRoot, vendorHome } from "./layout";
import { prepareLocalBackend } from "./local-backend";
import { prepareSalts } from "./salts";
import { holdsVendorToolchain, install, isInstalled } from "./closed-network/toolchain";
import { vendorReachable } from "./vendor";

/**
 * Prepares the Pulumi toolchain. If Pulumi's download servers can be reached, nothing is done: the npm package `pulumi`
 * and the engine download the CLI and the plugins when they first need them. In a closed network, the CLI is built from
 * its sources, and this project's plugins replace the official ones.
 */
export async function setUpToolchain(root = projectRoot): Promise<void> {
  prepareLocalBackend(root);
  prepareSalts(root, process.env);
  if (isInstalled(root) || holdsVendorToolchain(vendorHome(process.env), root)) return;
  if (await vendorReachable()) return;
  if (process.platform === "win32") {
    throw new ExpectedError(
      "Pulumi's download servers cannot be reached, and on Windows this project has no other way to provide Pulumi.",
      "Use the Windows Subsystem for Linux, or a network in which https://get.pulumi.com can be reached.",
    );
  }
  const version = installedVersion(root, "pulumi");
  console.log(`Pulumi's download servers cannot be reached. Building Pulumi ${version} from its sources`);
  await install(root, await builtCli(version, console.log));
  console.log(`Pulumi ${version} is ready`);
}
