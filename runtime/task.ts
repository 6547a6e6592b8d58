import type { Log } from "../common/progress";

/**
 * One kind of work that happens when a stack is deployed, with the life cycle of a Pulumi resource.
 * Tasks run side by side in one process and may be killed at any point: every method must be safe to
 * repeat, whatever an earlier run left behind.
 *
 * `State` is what Pulumi keeps: the inputs together with what `create` or `update` returned.
 */
export interface Task<Inputs extends object, Outputs extends object> {
  /** Brings the thing about and returns what is known of it now. */
  create(inputs: Inputs, log: Log): Promise<Outputs>;
  /** Follows a change of inputs. Left out where `create` does the same. */
  update?(inputs: Inputs, state: Inputs & Outputs, log: Log): Promise<Outputs>;
  /**
   * Looks at the thing as it is now (`pulumi refresh`): the properties that differ from the state,
   * or undefined when the thing is gone. Left out where nothing can drift.
   */
  read?(state: Inputs & Outputs, log: Log): Promise<Partial<Inputs & Outputs> | undefined>;
  /** Removes the thing. Left out where nothing remains to be removed. */
  delete?(state: Inputs & Outputs, log: Log): Promise<void>;
  /** Whether work is due although no input changed; asked by each preview and update. */
  stale?(state: Inputs & Outputs): Promise<Staleness>;
}

/** Whether a thing needs `update`; or that it is `gone` and must be made anew, with all in it: a sentence says why. */
export type Staleness = boolean | { gone: string };

/** What the provider asks of a task. */
export type Job =
  | { kind: string; operation: "create"; inputs: object }
  | { kind: string; operation: "update"; inputs: object; state: object }
  | { kind: string; operation: "read" | "delete" | "stale"; state: object };

/** What a task answers. */
export type Answer = { ok: true; result: unknown } | { ok: false; error: string };

/** A job on its way to the task host. */
export interface NumberedJob {
  number: number;
  job: Job;
}

/** An answer on its way back; it has its job's number. */
export interface NumberedAnswer {
  number: number;
  answer: Answer;
}
