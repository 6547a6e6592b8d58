import { spawn } from "node:child_process";
import { createRequire } from "node:module";
import { join } from "node:path";

import type { ProgramInfo, RunRequest } from "@pulumi/pulumi/proto/language_pb";

/** The exit code of the SDK when it has already reported the error to the user. */
const ALREADY_REPORTED = 32;

/** The outcome of a program. */
export interface Outcome {
  /** The error, unless the program has reported it itself. */
  error?: string;
  /** Whether the program has reported its failure, so that the engine stops without another message. */
  bail?: boolean;
}

/**
 * Runs a Pulumi program in its own process and waits for its end. Its output appears in the engine's output.
 *
 * @param engine the address of the engine, `host:port`
 * @param signal ends the program when it is aborted
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
      // A program that was started ends by itself after an abort.
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

/** The arguments of `node`: the project's `nodeargs`, the SDK's runner with its flags, and the entry point. */
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

/**
 * The list of `runtime.options.nodeargs` in Pulumi.yaml, which is split at blanks. It contains flags such as `--require
 * ./runtime/preload.cjs`.
 */
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

/**
 * The runner in the program's copy of the SDK. It starts the program, because SDK and engine may have different
 * versions.
 */
function runner(programFolder: string): string {
  return createRequire(join(programFolder, "index.js")).resolve("@pulumi/pulumi/cmd/run");
}
