import { createRequire } from "node:module";
import { join } from "node:path";

import type { ServerWritableStream } from "@grpc/grpc-js";
import { RunPluginResponse, type RunPluginRequest } from "@pulumi/pulumi/proto/language_pb";

import { streamProcess } from "./streamed-process";

/** The kind of a policy pack, the only kind of plugin that this project has as sources. */
const POLICY_PACK = "analyzer";

type Call = ServerWritableStream<RunPluginRequest, RunPluginResponse>;

/**
 * Runs a policy pack in its own process, and passes on its output, which begins with its port. The engine ends it by
 * cancelling the call.
 *
 * @param call the engine's request, and the stream for the answer
 * @param signal ends the policy pack when it is aborted
 */
export async function runPlugin(call: Call, signal: AbortSignal): Promise<void> {
  const { request } = call;
  const info = request.getInfo();
  if (request.getKind() !== POLICY_PACK || info === undefined) {
    call.emit("error", new Error(`This language host cannot run plugins of kind ${request.getKind()}.`));
    return;
  }
  const folder = info.getProgramDirectory();
  const code = await streamProcess(
    process.execPath,
    [runner(folder), ...request.getArgsList(), folder],
    { cwd: folder, env: environment(request), signal },
    {
      stdout: (chunk) => call.write(new RunPluginResponse().setStdout(chunk)),
      stderr: (chunk) => call.write(new RunPluginResponse().setStderr(chunk)),
    },
  );
  call.write(new RunPluginResponse().setExitcode(code));
  call.end();
}

/** The environment of the request, which the engine sends as `NAME=value`. */
function environment(request: RunPluginRequest): NodeJS.ProcessEnv {
  const variables = request.getEnvList().map((each) => {
    const at = each.indexOf("=");
    return [each.slice(0, at), each.slice(at + 1)] as const;
  });
  return Object.fromEntries(variables);
}

/** The runner in the policy pack's copy of the SDK. */
function runner(folder: string): string {
  return createRequire(join(folder, "index.js")).resolve("@pulumi/pulumi/cmd/run-policy-pack");
}
