import {
  Server,
  ServerCredentials,
  status,
  type handleUnaryCall,
  type UntypedServiceImplementation,
} from "@grpc/grpc-js";
import { ResourceProviderService } from "@pulumi/pulumi/proto/provider_grpc_pb";
import * as rpc from "@pulumi/pulumi/proto/provider_pb";
import { PluginInfo } from "@pulumi/pulumi/proto/plugin_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { Struct } from "google-protobuf/google/protobuf/struct_pb";
import { ExpectedError } from "../../../common/errors";
import { check, importedInputs, refreshedInputs } from "./check";
import { diff, type Difference } from "./diff";
import { type Failure, plan, type ResourceType } from "./resource-type";
import { containsSecret, type Properties, revealAll, secret, UNKNOWN, type Value } from "./values";

/** A provider plugin: its version, and its resource types. */
export interface Plugin {
  /** The version of the official plugin that it replaces. */
  version: string;
  /** Checks a configuration, which may contain unknown values. */
  checkConfig(config: Properties): Failure[];
  /** The resource types under a configuration, by token, e.g. `random:index/randomPassword:RandomPassword`. */
  configure(config: Properties): Record<string, ResourceType>;
}

/**
 * Serves a plugin to the Pulumi engine on a free loopback port.
 *
 * @returns the port, and a function that stops serving
 */
export async function serve(plugin: Plugin): Promise<{ port: number; stop: () => void }> {
  const server = new Server({ "grpc.max_receive_message_length": -1, "grpc.max_send_message_length": -1 });
  server.addService(ResourceProviderService, handlers(plugin));
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, bound) => {
      if (error) reject(error);
      else resolve(bound);
    });
  });
  return {
    port,
    stop: () => {
      server.forceShutdown();
    },
  };
}

/** Serves a plugin as the engine expects of an executable: it prints the port, and it ends with the engine. */
export async function run(plugin: Plugin): Promise<void> {
  const { port } = await serve(plugin);
  // A number would be coloured if FORCE_COLOR is set, so it is printed as text.
  console.log(String(port));
  const engine = process.ppid;
  setInterval(() => {
    if (process.ppid !== engine) process.exit();
  }, 2_000);
}

function handlers(plugin: Plugin): UntypedServiceImplementation {
  let types: Record<string, ResourceType> = {};
  const typeOf = (request: { getType(): string; getUrn(): string }): ResourceType => {
    const token = request.getType() || (request.getUrn().split("::")[2]?.split("$").pop() ?? "");
    const type = types[token];
    if (type !== undefined) return type;
    throw new ExpectedError(
      `The offline plugin has no resource type "${token}", only ${Object.keys(types).join(", ")}.`,
      "Use the official plugin for it, on a machine that can reach Pulumi's download servers.",
    );
  };

  return {
    handshake: unary(() => new rpc.ProviderHandshakeResponse().setAcceptSecrets(true)),
    getPluginInfo: unary(() => new PluginInfo().setVersion(plugin.version)),
    // `pulumi import` needs the schema to generate code, after it has imported.
    getSchema: unary((): rpc.GetSchemaResponse => {
      throw new ExpectedError(
        "The offline plugin has no schema, so it cannot generate code for the imported resources.",
        "The resources were imported into the state. Add them to the program by hand, and run `pulumi import` with --generate-code=false.",
      );
    }),
    attach: unary(() => new Empty()),
    cancel: unary(() => new Empty()),

    checkConfig: unary((request: rpc.CheckRequest) =>
      new rpc.CheckResponse()
        .setInputs(request.getNews())
        .setFailuresList(failureList(plugin.checkConfig(revealAll(properties(request.getNews()))))),
    ),

    diffConfig: unary((request: rpc.DiffRequest) => {
      const old = revealAll(properties(request.getOldInputs() ?? request.getOlds()));
      const wanted = revealAll(properties(request.getNews()));
      const names = [...new Set([...Object.keys(old), ...Object.keys(wanted)])];
      return diffResponse(
        names
          .filter(
            (name) => !name.startsWith("__") && JSON.stringify(old[name]) !== JSON.stringify(wanted[name]),
          )
          .map((name) => ({ property: name, path: name, kind: "update", replaces: false })),
      );
    }),

    configure: unary((request: rpc.ConfigureRequest) => {
      types = plugin.configure(revealAll(properties(request.getArgs())));
      return new rpc.ConfigureResponse().setAcceptsecrets(true).setSupportspreview(true);
    }),

    check: unary((request: rpc.CheckRequest) => {
      const { inputs, failures } = check(typeOf(request), properties(request.getNews()));
      return new rpc.CheckResponse().setInputs(struct(inputs)).setFailuresList(failureList(failures));
    }),

    diff: unary((request: rpc.DiffRequest) => {
      const type = typeOf(request);
      const ignored = new Set(request.getIgnorechangesList());
      const found = diff(
        type,
        revealAll(properties(request.getOlds())),
        revealAll(properties(request.getNews())),
      );
      return diffResponse(
        found.filter(({ property, path }) => !ignored.has(property) && !ignored.has(path)),
        type.deleteBeforeReplace,
      );
    }),

    create: unary(async (request: rpc.CreateRequest) => {
      const type = typeOf(request);
      const inputs = properties(request.getProperties());
      const planned = plan(type.schema, revealAll(inputs));
      const { id, state } = request.getPreview()
        ? { id: "", state: preview(type, planned) }
        : await type.create(planned);
      return new rpc.CreateResponse().setId(id).setProperties(struct(outputs(type, state, inputs)));
    }),

    read: unary(async (request: rpc.ReadRequest) => {
      const type = typeOf(request);
      const old = properties(request.getInputs());
      const before = properties(request.getProperties());
      const found = await type.read(request.getId(), revealAll(before));
      if (found === undefined) return new rpc.ReadResponse();
      const secrets = { ...before, ...old };
      const imported = Object.keys(old).length === 0;
      const inputs = imported
        ? outputs(type, importedInputs(type, found.state), {})
        : refreshedInputs(type, old, found.state, (name, value) => mark(type, name, value, secrets));
      return new rpc.ReadResponse()
        .setId(found.id)
        .setInputs(struct(inputs))
        .setProperties(struct(outputs(type, found.state, secrets)));
    }),

    update: unary(async (request: rpc.UpdateRequest) => {
      const type = typeOf(request);
      const inputs = properties(request.getNews());
      const before = revealAll(properties(request.getOlds()));
      const planned = plan(type.schema, revealAll(inputs), before);
      const state = request.getPreview()
        ? preview(type, { ...planned, id: before.id ?? request.getId() })
        : await type.update(request.getId(), before, planned);
      return new rpc.UpdateResponse().setProperties(struct(outputs(type, state, inputs)));
    }),

    delete: unary(async (request: rpc.DeleteRequest) => {
      await typeOf(request).delete(request.getId(), revealAll(properties(request.getProperties())));
      return new Empty();
    }),
  };
}

/** Converts a function to a handler of calls. The engine receives the message of an error. */
function unary<Q, A>(answer: (request: Q) => A | Promise<A>): handleUnaryCall<Q, A> {
  return (call, callback) => {
    Promise.resolve()
      .then(() => answer(call.request))
      .then(
        (response) => {
          callback(null, response);
        },
        (error: unknown) => {
          const details = error instanceof Error ? error.message : String(error);
          callback({ code: status.UNKNOWN, details });
        },
      );
  };
}

/** The outputs of a resource in a preview. Values that the server chooses are unknown. */
function preview(type: ResourceType, planned: Properties): Properties {
  const unknown = Object.entries(type.schema)
    .filter(([name, property]) => property.computed && (planned[name] ?? null) === null)
    .map(([name]) => [name, UNKNOWN]);
  return { ...planned, ...(Object.fromEntries(unknown) as Properties) };
}

/**
 * The outputs for the engine. They are secret if the schema says so, or if the property of the same name was secret.
 */
function outputs(type: ResourceType, state: Properties, secrets: Properties): Record<string, Value> {
  const known = Object.entries(state).filter((entry): entry is [string, Value] => {
    return entry[1] !== undefined && !(type.terse && entry[1] === null);
  });
  return Object.fromEntries(known.map(([name, value]) => [name, mark(type, name, value, secrets)]));
}

function mark(type: ResourceType, name: string, value: Value, secrets: Properties): Value {
  return type.schema[name]?.secret || containsSecret(secrets[name] ?? null) ? secret(value) : value;
}

const kinds = {
  add: [rpc.PropertyDiff.Kind.ADD, rpc.PropertyDiff.Kind.ADD_REPLACE],
  delete: [rpc.PropertyDiff.Kind.DELETE, rpc.PropertyDiff.Kind.DELETE_REPLACE],
  update: [rpc.PropertyDiff.Kind.UPDATE, rpc.PropertyDiff.Kind.UPDATE_REPLACE],
} as const;

function diffResponse(differences: Difference[], deleteBeforeReplace = false): rpc.DiffResponse {
  const { DIFF_NONE, DIFF_SOME } = rpc.DiffResponse.DiffChanges;
  const replaces = differences.filter(({ replaces }) => replaces).map(({ path }) => path);
  const response = new rpc.DiffResponse()
    .setChanges(differences.length === 0 ? DIFF_NONE : DIFF_SOME)
    .setDiffsList([...new Set(differences.map(({ property }) => property))])
    .setReplacesList(replaces)
    .setDeletebeforereplace(deleteBeforeReplace && replaces.length > 0)
    .setHasdetaileddiff(true);
  for (const { path, kind, replaces } of differences) {
    response.getDetaileddiffMap().set(path, new rpc.PropertyDiff().setKind(kinds[kind][replaces ? 1 : 0]));
  }
  return response;
}

function failureList(failures: Failure[]): rpc.CheckFailure[] {
  return failures.map(({ property, reason }) =>
    new rpc.CheckFailure().setProperty(property).setReason(reason),
  );
}

function properties(given: Struct | undefined): Record<string, Value> {
  return given?.toJavaScript() ?? {};
}

function struct(values: Record<string, Value>): Struct {
  return Struct.fromJavaScript(values);
}
