import { credentials, type ServiceError } from "@grpc/grpc-js";
import { ResourceProviderClient } from "@pulumi/pulumi/proto/provider_grpc_pb";
import * as rpc from "@pulumi/pulumi/proto/provider_pb";
import { PluginInfo } from "@pulumi/pulumi/proto/plugin_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { Struct } from "google-protobuf/google/protobuf/struct_pb";
import { type Plugin, serve } from "../../toolchain/closed-network/plugins/server";
import type { Properties, Value } from "../../toolchain/closed-network/plugins/values";

type Values = Record<string, Value>;

/** A resource as the engine stores it, with secret markers. */
export interface StoredResource {
  id: string;
  inputs: Values;
  outputs: Values;
}

/** A plugin's answer to changed inputs. */
export interface Difference {
  /** The kind of each change, by path, e.g. `privileges[0]: "delete"`. */
  changes: Record<string, string>;
  replaces: string[];
  deleteBeforeReplace: boolean;
}

/** The kinds of `rpc.PropertyDiff.Kind`, in their order. */
const kinds = ["add", "add-replace", "delete", "delete-replace", "update", "update-replace"];

/** A client that calls a plugin as the engine does: Check, then Diff, Create, Read, Update or Delete over gRPC. */
export class PluginClient {
  readonly #client: ResourceProviderClient;

  constructor(
    port: number,
    readonly stop: () => void = () => undefined,
  ) {
    this.#client = new ResourceProviderClient(`127.0.0.1:${port}`, credentials.createInsecure());
  }

  static async serving(plugin: Plugin): Promise<PluginClient> {
    const { port, stop } = await serve(plugin);
    return new PluginClient(port, stop);
  }

  close(): void {
    this.#client.close();
    this.stop();
  }

  async version(): Promise<string> {
    const info = await call<PluginInfo>((done) => this.#client.getPluginInfo(new Empty(), done));
    return info.getVersion();
  }

  async schema(): Promise<string> {
    const request = new rpc.GetSchemaRequest();
    return (await call<rpc.GetSchemaResponse>((done) => this.#client.getSchema(request, done))).getSchema();
  }

  async configure(config: Values): Promise<void> {
    const request = new rpc.ConfigureRequest().setArgs(struct(config)).setAcceptsecrets(true);
    await call<rpc.ConfigureResponse>((done) => this.#client.configure(request, done));
  }

  async checkConfig(config: Values): Promise<string[]> {
    const request = new rpc.CheckRequest().setNews(struct(config));
    return reasons(await call<rpc.CheckResponse>((done) => this.#client.checkConfig(request, done)));
  }

  /** Returns the checked inputs, or the reasons why they are refused. */
  async check(type: string, inputs: Properties): Promise<{ inputs: Values; failures: string[] }> {
    const request = new rpc.CheckRequest().setType(type).setNews(struct(inputs));
    const response = await call<rpc.CheckResponse>((done) => this.#client.check(request, done));
    return { inputs: values(response.getInputs()), failures: reasons(response) };
  }

  async diff(type: string, stored: StoredResource, inputs: Properties): Promise<Difference> {
    const checked = await this.check(type, inputs);
    const request = new rpc.DiffRequest()
      .setType(type)
      .setId(stored.id)
      .setOlds(struct(stored.outputs))
      .setOldInputs(struct(stored.inputs))
      .setNews(struct(checked.inputs));
    const response = await call<rpc.DiffResponse>((done) => this.#client.diff(request, done));
    const changes: Record<string, string> = {};
    response.getDetaileddiffMap().forEach((change, path) => {
      changes[path] = kinds[change.getKind()] ?? "";
    });
    return {
      changes,
      replaces: response.getReplacesList(),
      deleteBeforeReplace: response.getDeletebeforereplace(),
    };
  }

  async create(type: string, given: Properties, preview = false): Promise<StoredResource> {
    const { inputs, failures } = await this.check(type, given);
    if (failures.length > 0) throw new Error(failures.join("\n"));
    const request = new rpc.CreateRequest().setType(type).setProperties(struct(inputs)).setPreview(preview);
    const response = await call<rpc.CreateResponse>((done) => this.#client.create(request, done));
    return { id: response.getId(), inputs, outputs: values(response.getProperties()) };
  }

  /** Returns the real resource, or undefined when it does not exist. */
  async read(type: string, stored: StoredResource): Promise<StoredResource | undefined> {
    const request = new rpc.ReadRequest()
      .setType(type)
      .setId(stored.id)
      .setInputs(struct(stored.inputs))
      .setProperties(struct(stored.outputs));
    const response = await call<rpc.ReadResponse>((done) => this.#client.read(request, done));
    if (response.getId() === "") return undefined;
    return {
      id: response.getId(),
      inputs: values(response.getInputs()),
      outputs: values(response.getProperties()),
    };
  }

  async update(type: string, stored: StoredResource, given: Properties): Promise<StoredResource> {
    const { inputs } = await this.check(type, given);
    const request = new rpc.UpdateRequest()
      .setType(type)
      .setId(stored.id)
      .setOlds(struct(stored.outputs))
      .setOldInputs(struct(stored.inputs))
      .setNews(struct(inputs));
    const response = await call<rpc.UpdateResponse>((done) => this.#client.update(request, done));
    return { id: stored.id, inputs, outputs: values(response.getProperties()) };
  }

  async delete(type: string, stored: StoredResource): Promise<void> {
    const request = new rpc.DeleteRequest()
      .setType(type)
      .setId(stored.id)
      .setProperties(struct(stored.outputs))
      .setOldInputs(struct(stored.inputs));
    await call<Empty>((done) => this.#client.delete(request, done));
  }
}

function call<T>(start: (done: (error: ServiceError | null, response: T) => void) => unknown): Promise<T> {
  return new Promise((resolve, reject) => {
    start((error, response) => {
      if (error) reject(new Error(error.details));
      else resolve(response);
    });
  });
}

function reasons(response: rpc.CheckResponse): string[] {
  return response.getFailuresList().map((failure) => failure.getReason());
}

function struct(given: Properties): Struct {
  return Struct.fromJavaScript(JSON.parse(JSON.stringify(given)) as Values);
}

function values(given: Struct | undefined): Values {
  return given?.toJavaScript() ?? {};
}
