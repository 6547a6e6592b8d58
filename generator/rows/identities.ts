import type { RowBuffer } from "../encoding/row-buffer";
import type { Plan } from "../plan/plan";
import { Ids } from "./ids";

/** The ids of everything that other rows point at; those of messages are made when needed, the others kept. */
export interface Identities {
  users: RowBuffer;
  conversations: RowBuffer;
  messages: Ids;
}

export function identities({ streams, signedUpAt, chronology }: Plan): Identities {
  return {
    users: new Ids(streams, "users").table(signedUpAt),
    conversations: new Ids(streams, "conversations").table(chronology.createdAt),
    messages: new Ids(streams, "messages"),
  };
}

/** The numbers 0, 1, ... in ascending order of their instants: the order of rows in a table. */
export function inOrderOf(instants: Float64Array): Uint32Array {
  return Uint32Array.from(instants, (_, n) => n).sort((a, b) => instants[a]! - instants[b]! || a - b);
}
