import { spawn } from "node:child_process";
import { createRequire } from "node:module";
import { join } from "node:path";

import type { ProgramInfo, RunRequest } from "@pulumi/pulumi/proto/language_pb";

/** The exit code by which the SDK says that it has already told the user what went wrong. */
const ALREADY_REPORTED = 32;

/** How a program ended. */
export interface Outcome {
  /** What went wrong, unless the program has reported it itself. */
  error?: string;
  /** The program has reported its failure; the engine stops without another word. */
  bail?: boolean;
}

/**
 * Runs a Pulumi program to its end in a process of its own. What it prints appears in the engine's output.
 *
 * @param engine address of the engine, `host:port`
 * @param signal ends the program when aborted
 */
export function runProgram(request: RunRequest, engine: string, signal: AbortSignal): Promise<Outcome> {
  const child = spawn(process.execPath, programArguments(request, engine), {
    cwd: request.getPwd(),
    env: { ...process.env, ...programEnvironment(request) },
    stdio: ["ignore", "inherit", "inherit"],
    signal,
  });
  return new Promise((resolve) => {
    child.on("error", (error) => {
      // A program that was started and is being aborted ends by itself.
      if (child.pid === undefined) resolve({ error: `The program could not be run: ${error.message}` });
    });
    child.on("exit", (code, killedBy) => {
      if (code === 0) resolve({});
      else if (code === ALREADY_REPORTED) resolve({ bail: true });
      else if (code !== null) resolve({ error: `The program ended with exit code ${code}` });
      else resolve({ error: `The program was ended by ${killedBy ?? "a signal"}` });
    });
  });
}

/** The command line of `node`: the project's `nodeargs`, the SDK's runner and its flags, the entry point. */
export function programArguments(request: RunRequest, engine: string): string[] {
  const info = request.getInfo();
  const flags = {
    monitor: request.getMonitorAddress(),
    engine,
    project: request.getProject(),
    stack: request.getStack(),
    organization: request.getOrganization(),
    pwd: request.getPwd(),
    "root-directory": info?.getRootDirectory() ?? "",
    parallel: String(request.getParallel()),
  };
  return [
    ...nodeArguments(info),
    runner(info?.getProgramDirectory() ?? request.getPwd()),
    ...Object.entries(flags).flatMap(([name, value]) => (value === "" ? [] : [`--${name}`, value])),
    ...(request.getDryrun() ? ["--dry-run"] : []),
    info?.getEntryPoint() ?? ".",
    ...request.getArgsList(),
  ];
}

/** `runtime.options.nodeargs` of Pulumi.yaml, split at blanks: it holds flags such as `--require ./runtime/preload.cjs`. */
function nodeArguments(info: ProgramInfo | undefined): string[] {
  const { nodeargs } = options(info);
  return typeof nodeargs === "string" ? nodeargs.split(/\s+/).filter((argument) => argument !== "") : [];
}

function programEnvironment(request: RunRequest): NodeJS.ProcessEnv {
  return {
    PULUMI_CONFIG: JSON.stringify(Object.fromEntries(request.getConfigMap().toArray())),
    PULUMI_CONFIG_SECRET_KEYS: JSON.stringify(request.getConfigsecretkeysList()),
    PULUMI_NODEJS_TYPESCRIPT: options(request.getInfo()).typescript === false ? "false" : "true",
  };
}

function options(info: ProgramInfo | undefined): Record<string, unknown> {
  return info?.getOptions()?.toJavaScript() ?? {};
}

/** The program's own copy of the SDK starts the program, as versions of SDK and engine may differ. */
function runner(programFolder: string): string {
  return createRequire(join(programFolder, "index.js")).resolve("@pulumi/pulumi/cmd/run");
}
