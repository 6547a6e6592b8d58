import { spawn } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { PROJECT } from "../common/local-state";
import { stackName } from "../common/stack-name";
import { toolchainEnvironment } from "../toolchain/environment";
import { projectRoot } from "../toolchain/layout";
import { type EnginePreview, readPreview } from "./engine-preview";
import { readViolations, type Violation } from "./violations";

/** A stack's preview by the engine, and the policies that it would violate. */
export interface StackPreview {
  preview: EnginePreview;
  violations: Violation[];
  /** Whether the backend has no such stack. */
  isNew: boolean;
}

/**
 * Previews a stack with the policies of `policy/`. A stack that does not exist is previewed in a temporary backend, and
 * the file of the stack is copied, because the CLI may write to it. So a preview changes neither backend nor project.
 * Everything that fails is among the errors of the preview.
 */
export async function previewStack(stack: string): Promise<StackPreview> {
  const folder = mkdtempSync(join(tmpdir(), "chat-perf-preview-"));
  try {
    const file = `Pulumi.${stackName(stack)}.yaml`;
    const own = join(projectRoot, file);
    writeFileSync(join(folder, file), existsSync(own) ? readFileSync(own) : "");
    const known = await run(stack, folder, {});
    if (!/no stack named .* found/i.test(known.stderr)) return { ...readOutput(known), isNew: false };
    return { ...readOutput(await runAsNew(stackName(stack), folder)), isNew: true };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

interface Output {
  code: number;
  stdout: string;
  stderr: string;
  /** The engine's event log, which has the violations of policies. The engine's JSON does not. */
  events: string;
}

async function run(stack: string, folder: string, environment: NodeJS.ProcessEnv): Promise<Output> {
  const events = join(folder, "events.json");
  const output = await pulumi(
    [
      ...["preview", "--stack", stack, "--json", "--policy-pack", "policy"],
      ...["--config-file", join(folder, `Pulumi.${stackName(stack)}.yaml`), "--event-log", events],
    ],
    environment,
  );
  return { ...output, events: existsSync(events) ? readFileSync(events, "utf8") : "" };
}

/** Runs a preview in a new backend, in which the stack has no resources. */
async function runAsNew(stack: string, folder: string): Promise<Output> {
  const state = join(folder, "state");
  mkdirSync(state);
  writeFileSync(join(folder, "Pulumi.yaml"), `name: ${PROJECT}\nruntime: nodejs\n`);
  const environment = { PULUMI_BACKEND_URL: pathToFileURL(state).href };
  const made = await pulumi(["stack", "init", stack, "--no-select", "--cwd", folder], environment);
  return made.code === 0 ? run(stack, folder, environment) : made;
}

function readOutput({ stdout, stderr, events }: Output): Omit<StackPreview, "isNew"> {
  if (stdout.trimStart().startsWith("{")) {
    return { preview: readPreview(stdout), violations: readViolations(events) };
  }
  const errors = [stderr.trim()];
  return { preview: { config: {}, steps: [], outputs: {}, errors, warnings: [] }, violations: [] };
}

function pulumi(args: string[], environment: NodeJS.ProcessEnv): Promise<Output> {
  const child = spawn("pulumi", [...args, "--non-interactive", "--color", "never"], {
    cwd: projectRoot,
    // The CLI accepts --event-log only with this variable.
    env: { ...toolchainEnvironment(), PULUMI_DEBUG_COMMANDS: "true", ...environment },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const output = { stdout: "", stderr: "", events: "" };
  child.stdout.setEncoding("utf8").on("data", (chunk: string) => (output.stdout += chunk));
  child.stderr.setEncoding("utf8").on("data", (chunk: string) => (output.stderr += chunk));
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => {
      resolve({ ...output, code: code ?? 1 });
    });
  });
}
