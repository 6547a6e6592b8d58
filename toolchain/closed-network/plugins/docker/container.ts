import { setTimeout as delay } from "node:timers/promises";
import type Docker from "dockerode";
import type { Failure, Resource, ResourceType } from "../resource-type";
import type { Properties } from "../values";
import { containsUnknown } from "../values";
import { createOptions, updateOptions } from "./container-options";
import { type Container, containerSchema, type Healthcheck } from "./container-schema";
import { containerState } from "./container-state";
import { nanoseconds } from "./duration";
import { ask, found, statusOf } from "./engine";

const POLL_MS = 200;

/** The resource type `docker:index/container:Container`. */
export function container(docker: Docker): ResourceType {
  async function read(id: string, before: Properties): Promise<Resource | undefined> {
    const info = await found(docker.getContainer(id).inspect());
    return info && { id: info.Id, state: containerState(before, info) };
  }

  /** Connects the container to its networks and starts it. */
  async function bringUp(id: string, plan: Container): Promise<void> {
    const [first] = plan.networksAdvanced;
    if (first !== undefined && plan.networkMode === "bridge") {
      await ask(
        "Unable to disconnect the default network",
        docker.getNetwork("bridge").disconnect({ Container: id }),
      );
    }
    for (const { name, aliases } of plan.networksAdvanced) {
      await ask(
        `Unable to connect to network '${name}'`,
        docker.getNetwork(name).connect({ Container: id, EndpointConfig: { Aliases: aliases } }),
      );
    }
    if (plan.start) await ask("Unable to start container", docker.getContainer(id).start());
    if (plan.start && plan.wait) await healthy(id, plan.waitTimeout);
  }

  async function healthy(id: string, timeoutSeconds: number): Promise<void> {
    const giveUp = Date.now() + timeoutSeconds * 1000;
    for (;;) {
      const { State } = await docker.getContainer(id).inspect();
      if (State.Health === undefined) {
        throw new Error("you have supplied a 'wait' argument, but the container does not have a healthcheck");
      }
      if (State.Health.Status === "healthy") return;
      if (Date.now() > giveUp) throw new Error("container failed to be in healthy state");
      await delay(POLL_MS);
    }
  }

  return {
    schema: containerSchema,
    validate,

    async create(plan: Container): Promise<Resource> {
      const { id } = await ask("Unable to create container", docker.createContainer(createOptions(plan)));
      try {
        await bringUp(id, plan);
      } catch (error) {
        await docker.getContainer(id).remove({ force: true, v: true });
        throw error;
      }
      return (await read(id, plan))!;
    },

    read,

    async update(id: string, old: Container, plan: Container): Promise<Properties> {
      const container = docker.getContainer(id);
      await ask("Unable to update a container", container.update(updateOptions(plan)));
      if (!old.mustRun && plan.mustRun && plan.start && !(await container.inspect()).State.Running) {
        await ask("Unable to start container", container.start());
      }
      return (await read(id, plan))!.state;
    },

    async delete(id: string, { destroyGraceSeconds, removeVolumes }: Container): Promise<void> {
      const container = docker.getContainer(id);
      await unlessDone(`Error stopping container ${id}`, container.stop({ t: destroyGraceSeconds ?? 0 }));
      await unlessDone(`Error deleting container ${id}`, container.remove({ force: true, v: removeVolumes }));
    },
  };
}

/**
 * Waits for the engine's answer. The answers that there is nothing to do, and that the container does not exist, are
 * not errors.
 */
async function unlessDone(context: string, question: Promise<unknown>): Promise<void> {
  try {
    await ask(context, question);
  } catch (error) {
    const status = statusOf((error as Error).cause);
    if (status !== 304 && status !== 404) throw error;
  }
}

const RESTART_POLICIES = ["no", "on-failure", "always", "unless-stopped"];

function validate(inputs: Properties): Failure[] {
  const failures: Failure[] = [];
  const { restart, healthcheck } = inputs as Partial<Container>;
  if (typeof restart === "string" && !containsUnknown(restart) && !RESTART_POLICIES.includes(restart)) {
    failures.push({ property: "restart", reason: `restart must be one of ${RESTART_POLICIES.join(", ")}` });
  }
  for (const name of ["interval", "timeout", "startPeriod", "startInterval"] as const) {
    const value = (healthcheck as Partial<Healthcheck> | undefined)?.[name];
    if (value === undefined || containsUnknown(value) || nanoseconds(value) !== undefined) continue;
    failures.push({
      property: "healthcheck",
      reason: `healthcheck.${name} must be a duration such as 1m30s`,
    });
  }
  return failures;
}
