import * as pulumi from "@pulumi/pulumi";
import type { TaskBehaviour } from "../runtime/task-provider";
import type { TaskInputs, TaskKind, TaskOutputs } from "../runtime/tasks";

/** The inputs of a kind of task. The owner's URL is missing, because the provider `OwnerTasks` supplies it. */
export type TaskArgs<Kind extends TaskKind> = {
  [Key in keyof TaskInputs<Kind> as Exclude<Key, "ownerUrl">]: pulumi.Input<TaskInputs<Kind>[Key]>;
};

/** A resource whose work is done by a task of `runtime/tasks`. */
export abstract class TaskResource<Kind extends TaskKind> extends pulumi.CustomResource {
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
    const properties = { ...unknownOutputs, ...args, __provider: providerText(kind, behaviour) };
    super(`pulumi-nodejs:dynamic/chatperf:${kind}`, name, properties, opts);
  }
}

/**
 * The provider's code, which Pulumi stores in the state and runs in the program's folder. `pulumi.dynamic.Resource`
 * would store all code of the provider there, and would need a second to serialize it.
 */
function providerText(kind: string, behaviour: TaskBehaviour): string {
  return `exports.handler = () => {
  require(process.cwd() + "/runtime/preload.cjs");
  const { taskProvider } = require(process.cwd() + "/runtime/task-provider.ts");
  return taskProvider(${JSON.stringify(kind)}, ${JSON.stringify(behaviour)});
};
`;
}
