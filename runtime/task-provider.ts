import { runInHost, withoutStack } from "./host-client";
import type { Staleness } from "./task";

/** How a task's inputs take part in previews. */
export interface TaskBehaviour {
  /** Inputs whose change makes the thing anew: the old one is deleted first. */
  replaceOn?: string[];
  /** Inputs that only the task's messages depend on: a change of them alone is no update. */
  ignores?: string[];
  /** Inputs that cannot change as long as the thing exists, each with what to do instead. */
  immutable?: Record<string, string>;
  /**
   * The task logs in as the owner when it reads or deletes. A state of version 0.1 is updated once: it keeps a URL of
   * its own, and an older provider, which knows no other.
   */
  actsAsOwner?: boolean;
  /** The task has `stale`: ask it on every preview and update whether work is due without a change. */
  asksStale?: boolean | "also when inputs change";
  /** Why a thing that is gone is not made anew, with what to do first. Left out where it is. */
  keeps?: string;
}

type Properties = Record<string, unknown>;

/** The life cycle of a task's resource, as Pulumi's process for dynamic providers calls it. */
export class TaskProvider {
  /** What the provider of the resource knows for its tasks, and the resource does not keep. */
  private configured: Properties = {};

  constructor(
    private readonly kind: string,
    private readonly behaviour: TaskBehaviour,
  ) {}

  configure({ config }: { config: { get(key: string): string | undefined } }) {
    const ownerUrl = config.get("chat-perf:ownerUrl");
    if (ownerUrl !== undefined) this.configured = { ownerUrl };
    return Promise.resolve();
  }

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
    const { ignores = [], asksStale = false, actsAsOwner = false, keeps } = this.behaviour;
    const changed = Object.keys(news).filter(
      (key) =>
        key !== "__provider" && !ignores.includes(key) && canonical(news[key]) !== canonical(state[key]),
    );
    const asks = changed.length === 0 ? asksStale !== false : asksStale === "also when inputs change";
    const stale = asks
      ? ((await runInHost({
          kind: this.kind,
          operation: "stale",
          state: { ...state, ...this.configured },
        })) as Staleness)
      : false;
    const replaces = changed.filter((key) => this.behaviour.replaceOn?.includes(key));
    if (typeof stale === "object") {
      if (keeps !== undefined) throw withoutStack(`${stale.gone} ${keeps}`);
      console.log(`${stale.gone} The server is made anew, with everything in it.`);
      replaces.push("gone");
    }
    const older = actsAsOwner && "ownerUrl" in state;
    return {
      changes: changed.length > 0 || stale !== false || older,
      replaces,
      deleteBeforeReplace: true,
    };
  }

  async create(inputs: Properties) {
    const outputs = await runInHost({
      kind: this.kind,
      operation: "create",
      inputs: { ...inputs, ...this.configured },
    });
    return { id: this.kind, outs: { ...inputs, ...(outputs as Properties) } };
  }

  async update(_id: string, state: Properties, inputs: Properties) {
    const outputs = await runInHost({
      kind: this.kind,
      operation: "update",
      inputs: { ...inputs, ...this.configured },
      state,
    });
    return { outs: { ...inputs, ...(outputs as Properties) } };
  }

  async read(id: string, state: Properties = {}) {
    const found = (await runInHost({
      kind: this.kind,
      operation: "read",
      state: { ...state, ...this.configured },
    })) as Properties | undefined;
    // Pulumi takes a resource without an id for gone.
    return found === undefined ? { id: "", props: {} } : { id, props: { ...state, ...found } };
  }

  async delete(_id: string, state: Properties) {
    await runInHost({ kind: this.kind, operation: "delete", state: { ...state, ...this.configured } });
  }
}

/**
 * The provider of a resource; the resource's state says to call this. The process ends with the engine, which holds its
 * standard input open: otherwise it would outlive an engine that is killed, and so would the task.
 */
export function taskProvider(kind: string, behaviour: TaskBehaviour): TaskProvider {
  // Each resource has its own provider in this process.
  if (process.stdin.readableFlowing !== true) process.stdin.resume().on("end", () => process.exit(1));
  return new TaskProvider(kind, behaviour);
}
