import { ExpectedError } from "../common/errors";
import { builtCli } from "./closed-network/cli-build";
import { installedVersion, projectRoot, vendorHome } from "./layout";
import { prepareLocalBackend } from "./local-backend";
import { holdsVendorToolchain, install, isInstalled } from "./closed-network/toolchain";
import { vendorReachable } from "./vendor";

/**
 * Makes the Pulumi toolchain ready. Where the vendor can be reached there is nothing to do: the npm package
 * `pulumi` and the engine download the CLI and the plugins when they are first needed. In a closed network the
 * CLI is built from its sources and this project's own plugins take the vendor's place.
 */
export async function setUpToolchain(root = projectRoot): Promise<void> {
  prepareLocalBackend(root);
  if (isInstalled(root) || holdsVendorToolchain(vendorHome(process.env), root)) return;
  if (await vendorReachable()) return;
  if (process.platform === "win32") {
    throw new ExpectedError(
      "This network does not reach the vendor's downloads, and on Windows there is no replacement for them.",
      "Work in the Windows Subsystem for Linux, or where https://get.pulumi.com can be reached.",
    );
  }
  const version = installedVersion(root, "pulumi");
  console.log(`The vendor's downloads cannot be reached: providing Pulumi ${version} from its sources`);
  await install(root, await builtCli(version, console.log));
  console.log(`Pulumi ${version} is ready`);
}
