import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { toolchainEnvironment } from "../toolchain/environment";
import { projectRoot } from "../toolchain/layout";
import { type EnginePreview, readPreview } from "./engine-preview";
import { readViolations, type Violation } from "./violations";

/** A stack's preview by the engine, and the policies that it would violate. */
export interface StackPreview {
  preview: EnginePreview;
  violations: Violation[];
}

/**
 * Previews a stack with the policies of `policy/`. A stack that does not exist is created without resources. Everything that
 * fails is among the errors of the preview.
 */
export async function previewStack(stack: string): Promise<StackPreview> {
  const selected = await pulumi(["stack", "select", "--create", stack]);
  if (selected.code !== 0) return failed(selected.stderr);
  // The engine's JSON does not contain violations of policies, but its event log does.
  const folder = mkdtempSync(join(tmpdir(), "chat-perf-preview-"));
  const events = join(folder, "events.json");
  try {
    const { stdout, stderr } = await pulumi([
      ...["preview", "--stack", stack, "--json"],
      ...["--policy-pack", "policy", "--event-log", events],
    ]);
    if (!stdout.trimStart().startsWith("{")) return failed(stderr);
    return { preview: readPreview(stdout), violations: readViolations(readFileSync(events, "utf8")) };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function failed(reason: string): StackPreview {
  return {
    preview: { config: {}, steps: [], outputs: {}, errors: [reason.trim()], warnings: [] },
    violations: [],
  };
}

interface Output {
  code: number;
  stdout: string;
  stderr: string;
}

function pulumi(args: string[]): Promise<Output> {
  const child = spawn("pulumi", [...args, "--non-interactive", "--color", "never"], {
    cwd: projectRoot,
    // The CLI accepts --event-log only with this variable.
    env: { ...toolchainEnvironment(), PULUMI_DEBUG_COMMANDS: "true" },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const output: Output = { code: 1, stdout: "", stderr: "" };
  child.stdout.setEncoding("utf8").on("data", (chunk: string) => (output.stdout += chunk));
  child.stderr.setEncoding("utf8").on("data", (chunk: string) => (output.stderr += chunk));
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => {
      resolve({ ...output, code: code ?? 1 });
    });
  });
}
