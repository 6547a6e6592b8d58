import type { ServerWritableStream } from "@grpc/grpc-js";
import {
  InstallDependenciesResponse,
  type InstallDependenciesRequest,
} from "@pulumi/pulumi/proto/language_pb";

import { streamProcess } from "./streamed-process";

type Call = ServerWritableStream<InstallDependenciesRequest, InstallDependenciesResponse>;

/**
 * Installs the packages of a program with npm, for `pulumi new` and `pulumi install`.
 *
 * @param call the engine's request, and the stream for the answer
 * @param signal ends the installation when it is aborted
 */
export async function installDependencies(call: Call, signal: AbortSignal): Promise<void> {
  const folder = call.request.getInfo()?.getProgramDirectory() ?? call.request.getDirectory();
  const code = await streamProcess(
    "npm",
    ["install", "--no-audit", "--no-fund", "--loglevel=error"],
    { cwd: folder, signal },
    {
      stdout: (chunk) => call.write(new InstallDependenciesResponse().setStdout(chunk)),
      stderr: (chunk) => call.write(new InstallDependenciesResponse().setStderr(chunk)),
    },
  );
  if (code === 0) call.end();
  else call.emit("error", new Error(`npm install ended with exit code ${code}.`));
}
