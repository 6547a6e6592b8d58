import { type ContainerServer, ensureServing, hasAccessRules, isServing } from "../../postgres/docker/server";
import type { Task } from "../task";

export interface DockerServerInputs extends ContainerServer {
  /** Another container in its place is another server, with the same data. */
  containerId: string;
  roles: string[];
  allowedCidrs: string[];
}

/** The server in a container: it accepts connections, and of those who may connect only. */
export const dockerServer: Task<DockerServerInputs, { version: string }> = {
  async create(inputs, log) {
    return { version: await ensureServing(inputs, log) };
  },
  // Whoever else is admitted was not among the roles.
  read: async (state) => ((await hasAccessRules(state)) ? {} : { roles: [] }),
  stale: async (state) => !(await isServing(state)),
};
