import { engine } from "../../postgres/docker/engine";
import { containerState, ensurePlace, type Place, removePlace, type Wish } from "../../postgres/docker/place";
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
  // An engine that does not answer is asked again by the update, which says why.
  stale: ({ name }) =>
    containerState(engine(), name).then(
      (state) => state === "stopped",
      () => true,
    ),
};

function wishOf({ stack, image, wantedPort, open }: DockerPlaceInputs): Wish {
  return { stack, image, open, ...(wantedPort !== 0 && { port: wantedPort }) };
}

function placeOf({ name, host, port }: Place): Place {
  return { name, host, port };
}
