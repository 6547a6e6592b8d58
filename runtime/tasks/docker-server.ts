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
  /** The id of the container. Another container means another server with the same data. */
  containerId: string;
  roles: string[];
  allowedCidrs: string[];
}

export interface DockerServerOutputs {
  version: string;
  /** PostgreSQL's system identifier. States of earlier versions do not have it. */
  systemIdentifier?: string;
}

/** Waits for the server in a container, and sets its access rules. */
export const dockerServer: Task<DockerServerInputs, DockerServerOutputs> = {
  create: serve,
  async update(inputs, state, log) {
    const now = await serve(inputs, log);
    if (state.systemIdentifier === undefined || state.systemIdentifier === now.systemIdentifier) return now;
    throw new ExpectedError(
      emptied(inputs),
      "Run the same command again, which creates everything in the server again.",
    );
  },
  reportsServer: true,
  async read(state) {
    const now = await identityIn(state);
    // The container is missing or stopped, which its own resource shows.
    if (now === undefined) return {};
    if (state.systemIdentifier !== undefined && state.systemIdentifier !== now) {
      throw new ExpectedError(
        emptied(state),
        "Run `pulumi up`, which creates everything in the server again.",
      );
    }
    // Other access rules show as a change of the roles.
    return (await hasAccessRules(state)) ? {} : { roles: [] };
  },
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
  return `The volume ${container} holds another server, and the data of the stack's server are lost.`;
}
