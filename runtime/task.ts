import type { Log } from "../common/progress";

/**
 * One kind of work in the deployment of a stack, with the life cycle of a Pulumi resource. Tasks run in parallel in one
 * process and may be killed at any point. Every method must be safe to repeat, whatever an earlier run left behind.
 *
 * `State` is what Pulumi stores: the inputs, and the outputs of `create` or `update`.
 */
export interface Task<Inputs extends object, Outputs extends object> {
  /** Creates the resource and returns its outputs. */
  create(inputs: Inputs, log: Log): Promise<Outputs>;
  /** Applies a change of inputs. Undefined when `create` does the same. */
  update?(inputs: Inputs, state: Inputs & Outputs, log: Log): Promise<Outputs>;
  /**
   * Reads the current state of the resource (`pulumi refresh`). Returns the properties that differ from the state, or
   * undefined when the resource no longer exists. Undefined when nothing can change from outside.
   */
  read?(state: Inputs & Outputs, log: Log): Promise<Partial<Inputs & Outputs> | undefined>;
  /** Whether `read` reports a server that does not answer. All other tasks then leave that to this one. */
  reportsServer?: true;
  /** Deletes the resource. Undefined when nothing needs to be deleted. */
  delete?(state: Inputs & Outputs, log: Log): Promise<void>;
  /** Whether work is necessary although no input changed. Every preview and update calls it. */
  stale?(state: Inputs & Outputs): Promise<Staleness>;
}

/**
 * Whether a resource needs `update`. Or `gone`, with a sentence for the user, when the resource was lost and must be
 * created again with everything in it.
 */
export type Staleness = boolean | { gone: string };

/** A request of the provider to a task. */
export type Job =
  | { kind: string; operation: "create"; inputs: object }
  | { kind: string; operation: "update"; inputs: object; state: object }
  | { kind: string; operation: "read" | "delete" | "stale"; state: object };

/** The answer of a task. */
export type Answer = { ok: true; result: unknown } | { ok: false; error: string };

/** A job with its number, as it is sent to the task host. */
export interface NumberedJob {
  number: number;
  job: Job;
}

/** An answer with the number of its job. */
export interface NumberedAnswer {
  number: number;
  answer: Answer;
}
