import { endWithEngine } from "./engine-end";
import { printReturnedErrorsOnce, runInHost, withoutStack } from "./host-client";
import type { Staleness } from "./task";

/** Options of a task's resource. They are stored in the state. */
export interface TaskBehaviour {
  /** The inputs whose change replaces the resource. The old resource is deleted first. */
  replaceOn?: string[];
  /** Inputs that only the task's messages depend on: a change of them alone is no update. */
  ignores?: string[];
  /** The inputs that cannot change while the resource exists, each with the message for the user. */
  immutable?: Record<string, string>;
  /**
   * Whether the task logs in as the owner. A state of version 0.1 has its own URL and an older provider, and is updated
   * once.
   */
  actsAsOwner?: boolean;
  /** Whether previews and updates call the task's `stale`, which finds work that no change of inputs shows. */
  asksStale?: boolean | "also when inputs change";
  /** The reason why a lost resource is not created again, with the remedy. Undefined when it is created again. */
  keeps?: string;
}

type Properties = Record<string, unknown>;

/** The provider of a task's resource. Pulumi's process for dynamic providers calls its methods. */
export class TaskProvider {
  /** The configuration of the provider, which tasks use and the resource does not store. */
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
    const { immutable = {}, replaceOn = [] } = this.behaviour;
    // A new resource has no old inputs. An input that an older version did not have is a change only where it replaces.
    const given = (key: string): boolean =>
      olds[key] !== undefined || (replaceOn.includes(key) && Object.keys(olds).length > 0);
    const failures = Object.entries(immutable)
      .filter(([key]) => given(key) && olds[key] !== news[key])
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
    const { ignores = [], asksStale = false, actsAsOwner = false, keeps, replaceOn = [] } = this.behaviour;
    // An input that is not given any more is a change too, where it decides about a replacement.
    const removed = replaceOn.filter((key) => state[key] !== undefined && !(key in news));
    const changed = [...Object.keys(news), ...removed].filter(
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
      console.log(`${stale.gone} The server is created again, with everything in it.`);
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
    // For Pulumi, a resource without an id no longer exists.
    return found === undefined ? { id: "", props: {} } : { id, props: { ...state, ...found } };
  }

  async delete(_id: string, state: Properties) {
    await runInHost({ kind: this.kind, operation: "delete", state: { ...state, ...this.configured } });
  }
}

/**
 * Creates the provider of a resource. The resource's state calls this function. The process and its task end with the
 * engine.
 */
export function taskProvider(kind: string, behaviour: TaskBehaviour): TaskProvider {
  // Pulumi's own CLI starts this process without our preload file.
  endWithEngine();
  printReturnedErrorsOnce();
  return new TaskProvider(kind, behaviour);
}
