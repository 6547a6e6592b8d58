import type { ChildProcess, spawn as Spawn } from "node:child_process";
import * as pulumi from "@pulumi/pulumi";
import type { Answer, Job } from "../runtime/task";
import type { TaskInputs, TaskKind, TaskOutputs } from "../runtime/tasks";

/** How a task's inputs take part in previews. */
export interface TaskBehaviour {
  /** Inputs whose change makes the thing anew: the old one is deleted first. */
  replaceOn?: string[];
  /** Inputs that cannot change as long as the thing exists, each with what to do instead. */
  immutable?: Record<string, string>;
  /** The task has `stale`: ask it on every preview and update whether work is due without a change. */
  asksStale?: boolean;
}

/** The inputs of a kind of task, each as soon as it is known. */
export type TaskArgs<Kind extends TaskKind> = {
  [Key in keyof TaskInputs<Kind>]: pulumi.Input<TaskInputs<Kind>[Key]>;
};

/**
 * A resource whose work is a task of `runtime/tasks`.
 *
 * Its provider is a shell: it captures nothing but its own few words, so that a change of a task's code
 * changes no state, and it runs the task in its own process, so that the task is ordinary TypeScript.
 * Inputs and results cross as JSON over pipes, never as arguments, which other users of the machine can read.
 */
export abstract class TaskResource<Kind extends TaskKind> extends pulumi.dynamic.Resource {
  protected constructor(
    kind: Kind,
    name: string,
    args: TaskArgs<Kind>,
    outputs: (keyof TaskOutputs<Kind> & string)[],
    opts: pulumi.CustomResourceOptions,
    behaviour: TaskBehaviour = {},
  ) {
    // A property that is undefined here becomes an output of the resource.
    const unknownOutputs = Object.fromEntries(outputs.map((output) => [output, undefined]));
    super(new TaskProvider(kind, behaviour), name, { ...unknownOutputs, ...args }, opts, "chatperf", kind);
  }
}

type Properties = Record<string, unknown>;

/** Serialized into the state by Pulumi and run there by plain Node: it may use Node's modules only. */
export class TaskProvider implements pulumi.dynamic.ResourceProvider<Properties, Properties> {
  constructor(
    private readonly kind: string,
    private readonly behaviour: TaskBehaviour,
  ) {}

  check(olds: Properties, news: Properties) {
    const failures = Object.entries(this.behaviour.immutable ?? {})
      .filter(([key]) => olds[key] !== undefined && olds[key] !== news[key])
      .map(([property, reason]) => ({ property, reason }));
    return Promise.resolve({ inputs: news, failures });
  }

  async diff(_id: string, state: Properties, news: Properties) {
    const canonical = (value: unknown): string =>
      JSON.stringify(value, (_key, inner: unknown) =>
        inner !== null && typeof inner === "object" && !Array.isArray(inner)
          ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
          : inner,
      );
    const changed = Object.keys(news).filter(
      (key) => key !== "__provider" && canonical(news[key]) !== canonical(state[key]),
    );
    const stale =
      changed.length === 0 && this.behaviour.asksStale === true
        ? ((await this.run({ kind: this.kind, operation: "stale", state })) as boolean)
        : false;
    return {
      changes: changed.length > 0 || stale,
      replaces: changed.filter((key) => this.behaviour.replaceOn?.includes(key)),
      deleteBeforeReplace: true,
    };
  }

  async create(inputs: Properties) {
    const outputs = await this.run({ kind: this.kind, operation: "create", inputs });
    return { id: this.kind, outs: { ...inputs, ...(outputs as Properties) } };
  }

  async update(_id: string, state: Properties, inputs: Properties) {
    const outputs = await this.run({ kind: this.kind, operation: "update", inputs, state });
    return { outs: { ...inputs, ...(outputs as Properties) } };
  }

  async read(id: string, state: Properties = {}) {
    const found = (await this.run({ kind: this.kind, operation: "read", state })) as Properties | undefined;
    // Pulumi takes a resource without an id for gone.
    return found === undefined ? { id: "", props: {} } : { id, props: { ...state, ...found } };
  }

  async delete(_id: string, state: Properties) {
    await this.run({ kind: this.kind, operation: "delete", state });
  }

  /** The engine holds our standard input open. The SDK's process would outlive one that is killed, and the task too. */
  private endWithEngine(): void {
    // Every resource has a provider of its own in that process.
    if (process.stdin.readableFlowing === true) return;
    process.stdin.resume().on("end", () => process.exit(1));
  }

  private run(job: Job): Promise<unknown> {
    this.endWithEngine();
    // eslint-disable-next-line @typescript-eslint/no-require-imports -- serialized: only a call-time require is free of captures
    const { spawn } = require("node:child_process") as { spawn: typeof Spawn };
    return new Promise((resolve, reject) => {
      const child: ChildProcess = spawn(
        process.execPath,
        ["--require", "./runtime/preload.cjs", "runtime/main.ts"],
        {
          stdio: ["pipe", "inherit", "inherit", "ipc"],
        },
      );
      const fail = (message: string): void => {
        const error = new Error(message);
        error.stack = "";
        reject(error);
      };
      let answered = false;
      child.on("message", (message) => {
        answered = true;
        const answer = message as Answer;
        if (answer.ok) resolve(answer.result);
        else fail(answer.error);
      });
      child.on("error", (error) => {
        fail(`The task ${job.kind} could not be started: ${error.message}`);
      });
      // Not "exit": among many processes that end at once, the end of one is seen before its answer is read.
      child.on("close", (code, signal) => {
        if (!answered) fail(`The task ${job.kind} ended early (${signal ?? `exit code ${String(code)}`}).`);
      });
      child.stdin?.on("error", () => undefined);
      child.stdin?.end(JSON.stringify(job));
    });
  }
}
