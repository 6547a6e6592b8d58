import type { RowBuffer } from "../encoding/row-buffer";
import type { Plan } from "../plan/plan";
import { Ids } from "./ids";

/** The ids of all rows to which other rows refer. Those of messages are computed when needed; the others are kept. */
export interface Identities {
  users: RowBuffer;
  conversations: RowBuffer;
  messages: Ids;
}

/** Computes the ids of all users and conversations. */
export function identities({ streams, signedUpAt, chronology }: Plan): Identities {
  return {
    users: new Ids(streams, "users").table(signedUpAt),
    conversations: new Ids(streams, "conversations").table(chronology.createdAt),
    messages: new Ids(streams, "messages"),
  };
}

/** The numbers 0, 1, … in ascending order of their instants, which is the order of rows in a table. */
export function inOrderOf(instants: Float64Array): Uint32Array {
  return Uint32Array.from(instants, (_, n) => n).sort((a, b) => instants[a]! - instants[b]! || a - b);
}
