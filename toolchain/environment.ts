import { delimiter, dirname, join } from "node:path";
import { pathToFileURL } from "node:url";

import { withoutLibpqVariables } from "../common/libpq-environment";
import { cliFolder, closedNetworkHome, passphraseFile, projectRoot, stateFolder, vendorHome } from "./layout";
import { prepareLocalBackend } from "./local-backend";
import { prepareSalts } from "./salts";
import { holdsVendorToolchain, isInstalled, renewScripts } from "./closed-network/toolchain";

/**
 * The environment for `pulumi` in this clone, which `npm run up`, `. ./activate` and the tests use: `pulumi` on the
 * PATH, no variables of libpq, and, if they are not set, the local state backend and its passphrase.
 *
 * A variable counts as set when it is in the environment, unless `. ./activate` of another clone has set it there. A login that `pulumi login` has stored does not count. To use
 * another backend, set `PULUMI_BACKEND_URL` or do not use this environment.
 */
export function toolchainEnvironment(
  root = projectRoot,
  base: NodeJS.ProcessEnv = process.env,
): NodeJS.ProcessEnv {
  return { ...withoutLibpqVariables(base), ...additions(root, base) };
}

/** The variables that the environment needs in addition, by name. */
export function additions(root: string, base: NodeJS.ProcessEnv): Record<string, string> {
  const variables = withoutOtherClone(root, base);
  const [home, closedHome] = [vendorHome(base), closedNetworkHome(root)];
  // A PULUMI_HOME of the user is kept if it has the toolchain. Without the download servers, nothing could be added to
  // it.
  const named = (base.PULUMI_HOME ?? "") !== "" && home !== closedHome;
  const closed = isInstalled(root) && !(named && holdsVendorToolchain(home, root));
  const folders = [
    // The CLI comes before its launcher, because only the CLI waits for its clean-up after Ctrl-C.
    cliFolder(closed ? closedHome : home, root),
    join(root, "node_modules", ".bin"),
  ];
  const wanted: Record<string, string> = {
    PULUMI_BACKEND_URL: pathToFileURL(stateFolder(root)).href,
    PULUMI_SKIP_UPDATE_CHECK: "true",
    // The providers in older states start tsx, whose cache in TMPDIR any user of the machine could write to.
    TSX_DISABLE_CACHE: "1",
    ...(variables.PULUMI_CONFIG_PASSPHRASE === undefined && {
      PULUMI_CONFIG_PASSPHRASE_FILE: passphraseFile(root),
    }),
    ...(closed && { PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true" }),
  };
  return {
    ...Object.fromEntries(Object.entries(wanted).filter(([name]) => variables[name] === undefined)),
    ...(closed && { PULUMI_HOME: closedHome }),
    PATH: withFolders(base.PATH ?? "", folders),
  };
}

/** The variables without the backend and the passphrase file that `. ./activate` of another clone has set. */
function withoutOtherClone(root: string, base: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const { PULUMI_BACKEND_URL: backend, PULUMI_CONFIG_PASSPHRASE_FILE: file = "", ...others } = base;
  const clone = dirname(dirname(file));
  const isActivated = file === passphraseFile(clone) && backend === pathToFileURL(stateFolder(clone)).href;
  return isActivated && clone !== root ? others : base;
}

/** The PATH with the folders at its beginning, without duplicates. */
function withFolders(path: string, folders: string[]): string {
  const others = path.split(delimiter).filter((folder) => folder !== "" && !folders.includes(folder));
  return [...folders, ...others].join(delimiter);
}

/** Shell commands that set the variables. The values may contain any character. */
export function exportCommands(variables: Record<string, string>): string {
  return Object.entries(variables)
    .map(([name, value]) => `export ${name}='${value.replaceAll("'", "'\\''")}'\n`)
    .join("");
}

async function main(): Promise<void> {
  prepareLocalBackend(projectRoot);
  prepareSalts(projectRoot, process.env);
  await renewScripts(projectRoot);
  process.stdout.write(exportCommands(additions(projectRoot, process.env)));
}

if (require.main === module) void main();
