import {
  ensurePlace,
  type Place,
  type PlaceRequest,
  placeState,
  removePlace,
} from "../../postgres/docker/place";
import { ExpectedError } from "../../common/errors";
import type { Task } from "../task";

export interface DockerPlaceInputs {
  stack: string;
  image: string;
  /** The configured port. If it is 0, a free port is chosen once and kept. */
  wantedPort: number;
  /** Whether other networks can reach the port. */
  open: boolean;
}

/**
 * Chooses the name and the port of a stack's container in a Docker Engine, after it has checked that the engine can run
 * it.
 */
export const dockerPlace: Task<DockerPlaceInputs, Place> = {
  create: (inputs, log) => ensurePlace(requestOf(inputs), undefined, log),
  update: (inputs, state, log) => ensurePlace(requestOf(inputs), placeOf(state), log),
  reportsServer: true,
  // A stopped container has not changed. It is started, so that the refresh can read the server.
  async read(state, log) {
    const found = await placeState(placeOf(state)).catch((error: unknown) => {
      if (error instanceof ExpectedError) throw error;
    });
    if (found === "gone") {
      throw new ExpectedError(
        gone(state),
        `Run \`npm run up -- --stack ${state.stack}\`, which creates the server and everything in it again.`,
      );
    }
    return ensurePlace(requestOf(state), placeOf(state), log);
  },
  delete: (state, log) => removePlace(placeOf(state), log),
  async stale(state) {
    try {
      const found = await placeState(placeOf(state));
      if (found !== "gone") return found === "stopped";
      return { gone: gone(state) };
    } catch (error) {
      if (error instanceof ExpectedError) throw error;
      // The update asks the engine again, and reports why it does not answer.
      return true;
    }
  },
};

function gone({ name }: Place): string {
  return `The container ${name} and its volume with the data no longer exist in the Docker Engine.`;
}

function requestOf({ stack, image, wantedPort, open }: DockerPlaceInputs): PlaceRequest {
  return { stack, image, open, ...(wantedPort !== 0 && { port: wantedPort }) };
}

function placeOf({ name, host, port, engine }: Place): Place {
  return { name, host, port, ...(engine !== undefined && { engine }) };
}
