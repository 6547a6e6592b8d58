import { existsSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { readStackFile } from "../config";
import { toolchainEnvironment } from "../toolchain/environment";
import { projectRoot } from "../toolchain/layout";
import { describeError, ExpectedError } from "../common/errors";
import { backendFolder } from "../common/local-state";
import { closingBox, openingBox } from "./boxes";
import { showCalmly } from "./calm-output";
import { mendKilledRun } from "./killed-run";
import { print } from "./plain-text";
import { pulumi } from "./pulumi";

/** What `npm run up -- …` asks for. */
export interface UpRequest {
  /** Stack to bring up, made if it is new. Default: `dev`. */
  stack: string;
  /** Everything else, for `pulumi up`. */
  passedOn: string[];
}

/** Splits the stack from the arguments that are `pulumi up`'s own. */
export function parseUpArguments(args: string[]): UpRequest {
  const { tokens, values } = parseArgs({
    args,
    options: { stack: { type: "string", short: "s", default: "dev" } },
    strict: false,
    tokens: true,
  });
  if (typeof values.stack !== "string" || values.stack === "") {
    throw new ExpectedError(
      "--stack is given without a name.",
      "Name a stack, e.g. `npm run up -- --stack perf`.",
    );
  }
  const own = new Set<number>();
  for (const token of tokens) {
    if (token.kind !== "option" || token.name !== "stack") continue;
    own.add(token.index);
    if (token.inlineValue === false) own.add(token.index + 1);
  }
  return { stack: values.stack, passedOn: args.filter((_, index) => !own.has(index)) };
}

/** Whether an argument asks `pulumi up` for a display of its own. */
function choosesDisplay(argument: string): boolean {
  return /^(?:-h|-d|--(?:help|debug|diff|json|output|preview-only|show-|suppress-))/.test(argument);
}

/** Loaded for containers only: what finds servers takes longer to load than the rest of this command. */
function foundServers(): typeof import("../postgres/found-servers") {
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- loaded when it is called, as an `import` never is
  return require("../postgres/found-servers") as typeof import("../postgres/found-servers");
}

/** Brings a stack up without questions: whoever wants to be asked uses plain `pulumi up`. */
async function up(args: string[]): Promise<number> {
  const { stack, passedOn } = parseUpArguments(args);
  let isContainer = false;
  // A bad configuration is reported here, before anything is started; --config changes it on the way.
  if (!passedOn.some((argument) => /^(-c|--config)/.test(argument))) {
    const band = readStackFile(projectRoot, stack);
    print(openingBox(band));
    isContainer = band.target.kind === "docker";
  }
  await mendKilledRun(stack);
  const name = stack.split("/").at(-1)!;
  if (isContainer) {
    const backend = backendFolder(toolchainEnvironment().PULUMI_BACKEND_URL);
    // Which containers a state elsewhere knows is not asked.
    if (backend !== undefined) await foundServers().assertNoContainerLeft(name, { projectRoot, backend });
  }
  const selected = await pulumi(["stack", "select", "--create", stack, "--non-interactive"]);
  if (selected !== 0) return selected;
  const command = ["up", "--stack", stack, "--yes", "--skip-preview"];
  const code = passedOn.some(choosesDisplay)
    ? await pulumi([...command, ...passedOn])
    : await pulumi([...command, "--json", ...passedOn], (events) => showCalmly(events, print));
  // Without access files nothing was provisioned: `--preview-only`, `--help`.
  if (code === 0 && existsSync(join(projectRoot, ".secrets", `.env.${name}`))) print(closingBox(name));
  return code;
}

if (require.main === module) {
  up(process.argv.slice(2)).then(
    (code) => {
      process.exitCode = code;
    },
    (error: unknown) => {
      console.error(describeError(error));
      process.exitCode = 1;
    },
  );
}
