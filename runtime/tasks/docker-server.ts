import {
  type ContainerServer,
  ensureServing,
  hasAccessRules,
  identityIn,
} from "../../postgres/docker/server";
import { ExpectedError } from "../../common/errors";
import type { Log } from "../../common/progress";
import type { Task } from "../task";

export interface DockerServerInputs extends ContainerServer {
  /** Another container in its place is another server, with the same data. */
  containerId: string;
  roles: string[];
  allowedCidrs: string[];
}

export interface DockerServerOutputs {
  version: string;
  /** PostgreSQL's own number of the server. States of earlier versions have none. */
  systemIdentifier?: string;
}

/** The server in a container: it accepts connections, and of those who may connect only. */
export const dockerServer: Task<DockerServerInputs, DockerServerOutputs> = {
  create: serve,
  async update(inputs, state, log) {
    const now = await serve(inputs, log);
    if (state.systemIdentifier === undefined || state.systemIdentifier === now.systemIdentifier) return now;
    throw new ExpectedError(
      emptied(inputs),
      "Run the same command again: it makes everything in the server anew.",
    );
  },
  // Whoever else is admitted was not among the roles.
  read: async (state) => ((await hasAccessRules(state)) ? {} : { roles: [] }),
  async stale(state) {
    const now = await identityIn(state);
    if (now === undefined) return true;
    const { systemIdentifier } = state;
    return systemIdentifier !== undefined && systemIdentifier !== now && { gone: emptied(state) };
  },
};

async function serve(inputs: DockerServerInputs, log: Log): Promise<DockerServerOutputs> {
  const version = await ensureServing(inputs, log);
  const systemIdentifier = await identityIn(inputs);
  return { version, ...(systemIdentifier !== undefined && { systemIdentifier }) };
}

function emptied({ container }: DockerServerInputs): string {
  return `The volume ${container} holds another server than the stack's, whose data are gone.`;
}
