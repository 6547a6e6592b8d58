import { readStackFile } from "../config";
import { keyNames } from "../config/keys";
import { namespace } from "../config/stack-file";
import { toolchainEnvironment } from "../toolchain/environment";
import { projectRoot } from "../toolchain/layout";
import { backendFolder } from "../common/local-state";
import { ExpectedError } from "../common/errors";
import { stackName } from "../common/stack-name";
import { closingBox, openingBox } from "./boxes";
import { showCalmly } from "./calm-output";
import type { Command, Syntax } from "./front/command";
import { parseLine } from "./front/parse";
import { runIfMain } from "./front/run";
import { stackOption } from "./front/values";
import { mendKilledRun } from "./killed-run";
import { destroyAfterLoss } from "./lost-server";
import { print } from "./plain-text";
import { pulumi, selectStack } from "./pulumi";
import { upOptions } from "./pulumi-options";
import { accessFileOf } from "./stack-environment";

const syntax = {
  name: "up",
  summary:
    "Brings a stack up without questions: the server, the database, the dataset and the quality report. " +
    "A stack that is new is created. If you want to be asked, use `pulumi up`.",
  examples: ["", "--stack perf", "--stack pr-123 --messages 200000"],
  options: {
    stack: { ...stackOption, description: "the stack to bring up; default: dev" },
  },
  passedOn: upOptions,
  keys: keyNames,
  notes: [
    "Every configuration key is an option too, for example --messages 200000. The value is kept in " +
      "Pulumi.<stack>.yaml, where `pulumi config set` would write it. Pulumi.yaml describes the keys.",
  ],
  exitCodes: "0 the stack is up; 1 or more it is not, or `pulumi up` has failed",
} as const satisfies Syntax;

/** The parsed command line of `npm run up`. */
export interface UpRequest {
  /**
   * The stack to update. It is created if it is new.
   *
   * @default `dev`
   */
  stack: string;
  /** The values of configuration keys. */
  keys: Record<string, string>;
  /** All other arguments, which are passed on to `pulumi up`. */
  passedOn: string[];
}

/**
 * Separates the stack and the configuration keys from the arguments for `pulumi up`.
 *
 * @throws ExpectedError for a secret key, because every user of the machine can read the arguments of a process
 */
export function parseUpArguments(args: string[]): UpRequest {
  const { values, keys, passedOn } = parseLine(syntax, args);
  const { stack = "dev" } = values;
  stackName(stack);
  if (keys.adminPassword !== undefined) {
    throw new ExpectedError(
      "--adminPassword would be visible to every user of this machine.",
      `Run \`pulumi config set --secret adminPassword -s ${stack}\`, which asks for it.`,
    );
  }
  return { stack, keys, passedOn };
}

/** Whether an argument selects another display of `pulumi up`. */
function choosesDisplay(argument: string): boolean {
  return /^(?:-d|-j|--(?:debug|diff|json|show-|suppress-))/.test(argument);
}

/**
 * Loads the search for servers. It is needed for containers only, and loading it takes longer than the rest of this
 * command.
 */
function foundServers(): typeof import("../postgres/found-servers") {
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- loaded when it is called, as an `import` never is
  return require("../postgres/found-servers") as typeof import("../postgres/found-servers");
}

async function up({ stack, keys, passedOn }: UpRequest): Promise<number> {
  let isContainer = false;
  let isProtected = false;
  // A mistake in the configuration is reported here, before anything starts. --config would change the configuration
  // later.
  if (!passedOn.some((argument) => /^(-c|--config)/.test(argument))) {
    const band = readStackFile(projectRoot, stack, keys);
    print(openingBox(band));
    isContainer = band.target.kind === "docker";
    isProtected = band.protect;
  }
  await mendKilledRun(stack);
  const name = stackName(stack);
  if (isContainer) {
    const backend = backendFolder(toolchainEnvironment().PULUMI_BACKEND_URL);
    // If the backend is not a folder, its states cannot be searched.
    if (backend !== undefined)
      await foundServers().assertNoContainerLeft(name, { projectRoot, backend }, print);
  }
  const selected = await selectStack(stack);
  if (selected !== 0) return selected;
  // Other options may mean that nothing is to change. Then the update itself says what has been lost.
  const destroyed = passedOn.length === 0 ? await destroyAfterLoss(stack, isProtected) : 0;
  if (destroyed !== 0) return destroyed;
  const values = Object.entries(keys).flatMap(([key, value]) => ["--config", `${namespace}:${key}=${value}`]);
  const command = ["up", "--stack", stack, "--yes", "--skip-preview", ...values];
  const code = passedOn.some(choosesDisplay)
    ? await pulumi([...command, ...passedOn])
    : await pulumi([...command, "--json", ...passedOn], (events) => showCalmly(events, print));
  const access = accessFileOf(projectRoot, name);
  if (code === 0 && access !== undefined) print(closingBox(name, access.DATABASE_URL));
  return code;
}

export const command: Command<UpRequest> = { ...syntax, toolchain: true, parse: parseUpArguments, run: up };

runIfMain(module, command);
