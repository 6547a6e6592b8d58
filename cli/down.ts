import { existsSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { basename, join } from "node:path";
import { parse } from "yaml";
import { toolchainEnvironment } from "../toolchain/environment";
import { projectRoot } from "../toolchain/layout";
import { removeAccessFiles } from "../postgres/access-files";
import { removeLeftServers } from "../postgres/found-servers";
import { removeIfEmpty } from "../common/remove-if-empty";
import { ExpectedError } from "../common/errors";
import { backendFolder, PROJECT, stateFile } from "../common/local-state";
import { stackName } from "../common/stack-name";
import type { Command, Syntax } from "./front/command";
import { parseLine } from "./front/parse";
import { runIfMain } from "./front/run";
import { stackOption } from "./front/values";
import { mendKilledRun } from "./killed-run";
import { print } from "./plain-text";
import { pulumi } from "./pulumi";

const syntax = {
  name: "down",
  summary:
    "Destroys a stack and forgets it, without questions: the server, the data, the roles and the files. " +
    "A server that the stack has left and its state does not know goes too. If you want to be asked, use `pulumi destroy`.",
  examples: ["--stack pr-123"],
  options: {
    stack: { ...stackOption, description: "the stack to destroy; there is no default" },
  },
  exitCodes: "0 the stack is gone; 1 or more it is not, or `pulumi destroy` has failed",
} as const satisfies Syntax;

/**
 * The stack to destroy. There is no default.
 *
 * @throws ExpectedError when no stack is named
 */
export function parseDownArguments(args: string[]): string {
  const { stack } = parseLine(syntax, args).values;
  if (stack === undefined) {
    throw new ExpectedError(
      "No stack is named.",
      "Say which one is to go: `npm run down -- --stack pr-123`.",
    );
  }
  stackName(stack);
  return stack;
}

/**
 * Destroys a stack and removes its state without asking. Plain `pulumi destroy` asks first. Servers and files of the
 * stack that its state does not contain are removed too.
 */
async function down(stack: string): Promise<number> {
  const name = stackName(stack);
  await mendKilledRun(stack);
  const backend = backendFolder(toolchainEnvironment().PULUMI_BACKEND_URL);
  const isKnown = backend === undefined || existsSync(stateFile(backend, PROJECT, name));
  const code = isKnown ? await destroyAndForget(stack) : 0;
  if (code !== 0) return code;
  const states = { projectRoot, backend };
  const found = await removeLeftServers(name, states, print);
  if (!found && !isKnown) {
    throw new ExpectedError(
      `There is no stack "${name}" in ${backend}, and it has no server on this machine.`,
      "`pulumi stack ls` lists all stacks, and `npm run servers` lists all servers.",
    );
  }
  removeFilesOf(name);
  removeEmptyStackFile(join(projectRoot, `Pulumi.${name}.yaml`));
  return 0;
}

async function destroyAndForget(stack: string): Promise<number> {
  const destroyed = await pulumi(["destroy", "--stack", stack, "--yes", "--skip-preview"]);
  if (destroyed !== 0) return destroyed;
  return pulumi(["stack", "rm", stack, "--yes", "--preserve-config"]);
}

/** Removes the files of a stack in the project. If the state was lost, nothing else knows them. */
function removeFilesOf(stack: string): void {
  removeAccessFiles(join(projectRoot, ".secrets"), stack);
  const reports = join(projectRoot, "reports");
  if (!existsSync(reports)) return;
  for (const file of readdirSync(reports)) {
    const [, whose] = /^(?:quality-report|phase2)-(.+?)(?:-pre|-post)?\.(?:json|html|xml)$/.exec(file) ?? [];
    if (whose === stack) rmSync(join(reports, file));
  }
  removeIfEmpty(reports);
}

/**
 * Removes a stack file without configuration, which the CLI wrote for the salt. A file with configuration was written
 * by a person and is kept.
 */
function removeEmptyStackFile(file: string): void {
  if (!existsSync(file)) return;
  const content = parse(readFileSync(file, "utf8")) as { config?: unknown } | null;
  if (content?.config === undefined) rmSync(file);
  else print(`${basename(file)} is kept, with the configuration of the stack.`);
}

export const command: Command<string> = { ...syntax, toolchain: true, parse: parseDownArguments, run: down };

runIfMain(module, command);
