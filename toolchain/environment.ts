import { delimiter, join } from "node:path";
import { pathToFileURL } from "node:url";

import { withoutLibpqVariables } from "../common/libpq-environment";
import { cliFolder, closedNetworkHome, passphraseFile, projectRoot, stateFolder, vendorHome } from "./layout";
import { prepareLocalBackend } from "./local-backend";
import { holdsVendorToolchain, isInstalled, renewScripts } from "./closed-network/toolchain";

/**
 * The environment in which `pulumi` works in this clone, for `npm run up`, `. ./activate` and tests alike:
 * `pulumi` on the PATH, no variables of libpq, and, where not set already, the local state backend and its passphrase.
 *
 * A variable counts as set when it is in the environment. A login stored by `pulumi login` does not: whoever
 * keeps their stacks elsewhere sets `PULUMI_BACKEND_URL`, or works without this environment.
 */
export function toolchainEnvironment(
  root = projectRoot,
  base: NodeJS.ProcessEnv = process.env,
): NodeJS.ProcessEnv {
  return { ...withoutLibpqVariables(base), ...additions(root, base) };
}

/** What the environment lacks, by name. */
export function additions(root: string, base: NodeJS.ProcessEnv): Record<string, string> {
  const [home, closedHome] = [vendorHome(base), closedNetworkHome(root)];
  // A PULUMI_HOME of one's own is kept if it can do the work; without the vendor nothing could be added to it.
  const named = (base.PULUMI_HOME ?? "") !== "" && home !== closedHome;
  const closed = isInstalled(root) && !(named && holdsVendorToolchain(home, root));
  const folders = [
    // The CLI itself before its launcher: of the two only the CLI stays for its clean-up after Ctrl-C.
    cliFolder(closed ? closedHome : home, root),
    join(root, "node_modules", ".bin"),
  ];
  const wanted: Record<string, string> = {
    PULUMI_BACKEND_URL: pathToFileURL(stateFolder(root)).href,
    PULUMI_SKIP_UPDATE_CHECK: "true",
    // The providers in an older state start tsx, which would run what any user of the machine can put into TMPDIR.
    TSX_DISABLE_CACHE: "1",
    ...(base.PULUMI_CONFIG_PASSPHRASE === undefined && {
      PULUMI_CONFIG_PASSPHRASE_FILE: passphraseFile(root),
    }),
    ...(closed && { PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true" }),
  };
  return {
    ...Object.fromEntries(Object.entries(wanted).filter(([name]) => base[name] === undefined)),
    ...(closed && { PULUMI_HOME: closedHome }),
    PATH: withFolders(base.PATH ?? "", folders),
  };
}

/** The PATH with the folders at its front, each of them once. */
function withFolders(path: string, folders: string[]): string {
  const others = path.split(delimiter).filter((folder) => folder !== "" && !folders.includes(folder));
  return [...folders, ...others].join(delimiter);
}

/** Shell commands that set the variables, whatever characters the values hold. */
export function exportCommands(variables: Record<string, string>): string {
  return Object.entries(variables)
    .map(([name, value]) => `export ${name}='${value.replaceAll("'", "'\\''")}'\n`)
    .join("");
}

async function main(): Promise<void> {
  prepareLocalBackend(projectRoot);
  await renewScripts(projectRoot);
  process.stdout.write(exportCommands(additions(projectRoot, process.env)));
}

if (require.main === module) void main();
