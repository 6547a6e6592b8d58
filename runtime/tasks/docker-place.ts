import { ensurePlace, type Place, placeState, removePlace, type Wish } from "../../postgres/docker/place";
import { ExpectedError } from "../../common/errors";
import type { Task } from "../task";

export interface DockerPlaceInputs {
  stack: string;
  image: string;
  /** 0: a free port is chosen once and kept. */
  wantedPort: number;
  /** Other networks are to reach the port too. */
  open: boolean;
}

/** A stack's place in a Docker Engine: its names and port there, after proof that the engine can do what it is to. */
export const dockerPlace: Task<DockerPlaceInputs, Place> = {
  create: (inputs, log) => ensurePlace(wishOf(inputs), undefined, log),
  update: (inputs, state, log) => ensurePlace(wishOf(inputs), placeOf(state), log),
  // A container that was stopped by hand has not changed; it is brought back so that the rest can be looked at.
  read: (state, log) => ensurePlace(wishOf(state), placeOf(state), log),
  delete: (state, log) => removePlace(placeOf(state), log),
  async stale(state) {
    try {
      const found = await placeState(placeOf(state));
      if (found !== "gone") return found === "stopped";
      return {
        gone: `The container ${state.name} and its volume, with the data, are gone from the Docker Engine.`,
      };
    } catch (error) {
      if (error instanceof ExpectedError) throw error;
      // An engine that does not answer is asked again by the update, which says why.
      return true;
    }
  },
};

function wishOf({ stack, image, wantedPort, open }: DockerPlaceInputs): Wish {
  return { stack, image, open, ...(wantedPort !== 0 && { port: wantedPort }) };
}

function placeOf({ name, host, port, engine }: Place): Place {
  return { name, host, port, ...(engine !== undefined && { engine }) };
}
