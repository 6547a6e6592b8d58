import { once, type EventEmitter } from "node:events";

import {
  Server,
  ServerCredentials,
  type sendUnaryData,
  type ServerUnaryCall,
  type ServerWritableStream,
} from "@grpc/grpc-js";
import { LanguageRuntimeService } from "@pulumi/pulumi/proto/language_grpc_pb";
import {
  AboutResponse,
  DependencyInfo,
  GetProgramDependenciesResponse,
  GetRequiredPackagesResponse,
  LanguageHandshakeResponse,
  RunResponse,
  RuntimeOptionsResponse,
  type AboutRequest,
  type GetProgramDependenciesRequest,
  type GetRequiredPackagesRequest,
  type InstallDependenciesRequest,
  type InstallDependenciesResponse,
  type LanguageHandshakeRequest,
  type ProgramInfo,
  type RunPluginRequest,
  type RunPluginResponse,
  type RunRequest,
  type RuntimeOptionsRequest,
} from "@pulumi/pulumi/proto/language_pb";
import { PackageDependency, PluginInfo } from "@pulumi/pulumi/proto/plugin_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";

import { installDependencies } from "./install-dependencies";
import { installedVersion, projectRoot } from "../layout";
import { directDependencies, requiredPlugins } from "./packages";
import { runProgram } from "./program";
import { runPlugin } from "./run-plugin";

/**
 * The Node.js language host. The Pulumi engine asks it what a program needs, and lets it run the program. It serves the
 * engine's LanguageRuntime protocol on a loopback port, which it prints as its first line. Its last argument is the
 * address of the engine.
 */
const engine = process.argv.at(-1)!;

/** The running programs and policy packs, which end with this process. */
const programs = new Map<AbortController, Promise<unknown>>();

const methods = {
  handshake: unary<LanguageHandshakeRequest, LanguageHandshakeResponse>(
    () => new LanguageHandshakeResponse(),
  ),

  getPluginInfo: unary<Empty, PluginInfo>(() =>
    new PluginInfo().setVersion(installedVersion(projectRoot, "@pulumi/pulumi")),
  ),

  about: unary<AboutRequest, AboutResponse>(() =>
    new AboutResponse().setExecutable(process.execPath).setVersion(process.version),
  ),

  getRequiredPackages: unary<GetRequiredPackagesRequest, GetRequiredPackagesResponse>((request) =>
    new GetRequiredPackagesResponse().setPackagesList(
      requiredPlugins(programFolder(request.getInfo())).map(({ name, version }) =>
        new PackageDependency().setName(name).setKind("resource").setVersion(`v${version}`),
      ),
    ),
  ),

  getProgramDependencies: unary<GetProgramDependenciesRequest, GetProgramDependenciesResponse>((request) =>
    new GetProgramDependenciesResponse().setDependenciesList(
      directDependencies(programFolder(request.getInfo())).map(({ name, version }) =>
        new DependencyInfo().setName(name).setVersion(version),
      ),
    ),
  ),

  runtimeOptionsPrompts: unary<RuntimeOptionsRequest, RuntimeOptionsResponse>(
    () => new RuntimeOptionsResponse(),
  ),

  run: unary<RunRequest, RunResponse>(async (request, call) => {
    const outcome = await untilCancelled(call, (signal) => runProgram(request, engine, signal));
    const { error = "", bail = false } = outcome;
    return new RunResponse().setError(error).setBail(bail);
  }),

  installDependencies: (
    call: ServerWritableStream<InstallDependenciesRequest, InstallDependenciesResponse>,
  ): void => {
    void untilCancelled(call, (signal) => installDependencies(call, signal));
  },

  runPlugin: (call: ServerWritableStream<RunPluginRequest, RunPluginResponse>): void => {
    void untilCancelled(call, (signal) => runPlugin(call, signal));
  },

  cancel: unary<Empty, Empty>(() => {
    stopPrograms();
    return new Empty();
  }),
};

/**
 * Converts a function to a method of the service. Its result is the response, and an error becomes the error of the
 * call.
 */
function unary<Request, Response>(
  respond: (request: Request, call: ServerUnaryCall<Request, Response>) => Response | Promise<Response>,
) {
  return (call: ServerUnaryCall<Request, Response>, reply: sendUnaryData<Response>): void => {
    const fail = (error: unknown): void => {
      reply(error instanceof Error ? error : new Error(String(error)));
    };
    Promise.resolve()
      .then(() => respond(call.request, call))
      .then((response) => {
        reply(null, response);
      }, fail);
  };
}

/** Runs a piece of work that ends when the engine cancels the call, or with this process. */
async function untilCancelled<Result>(
  call: EventEmitter,
  start: (signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  const program = new AbortController();
  call.on("cancelled", () => {
    program.abort();
  });
  const result = start(program.signal);
  programs.set(program, result);
  return result.finally(() => programs.delete(program));
}

function programFolder(info: ProgramInfo | undefined): string {
  return info?.getProgramDirectory() ?? process.cwd();
}

function stopPrograms(): void {
  for (const program of programs.keys()) program.abort();
}

function stop(): void {
  stopPrograms();
  void Promise.all(programs.values()).then(() => process.exit());
}

for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, stop);
// The engine holds the other end of standard input, which closes when the engine ends for any reason.
void once(process.stdin.resume(), "end").then(stop);

const server = new Server();
server.addService(LanguageRuntimeService, methods);
server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, port) => {
  if (error !== null) throw error;
  console.log(String(port));
});
