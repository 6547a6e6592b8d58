import type { CheckKey } from "../../../validation/report";
import { message, piiSafety } from "./addresses";
import { type Defect, id } from "./defect";
import { day, diurnalVariation, isPeak, spreadOverDay } from "./hours";
import { dataCompleteness, referentialIntegrity } from "./references";
import { dealt, heavyRooms, powerLawTail } from "./sizes";
import { timestampOrdering } from "./times";
import { typeVariety } from "./types";

export { type Defect, soundMessages, soundSize } from "./defect";

/** Defects by the check that must find them. */
export const defects: Record<CheckKey, Defect[]> = {
  heavy_rooms: heavyRooms,
  power_law_tail: powerLawTail,
  type_variety: typeVariety,
  diurnal_variation: diurnalVariation,
  pii_safety: piiSafety,
  referential_integrity: referentialIntegrity,
  timestamp_ordering: timestampOrdering,
  data_completeness: dataCompleteness,
};

/** Changes that look like defects and are none. */
export const harmless: Omit<Defect, "count">[] = [
  {
    name: "synthetic addresses and other uses of @ in messages",
    sql: message(4000, "@all: syn_jane@example.invalid, (Synthetic_Joe@x.invalid); lunch @ 5, a@b, v@1.2"),
  },
  {
    name: "synthetic addresses after punctuation, quotes and symbols of any script",
    sql: message(4000, "“syn_a@x.invalid”,👋syn_b@x.invalid、=syn_c@x.invalid ''syn_d@x.invalid''"),
  },
  {
    name: "an attachment that waits for its message",
    sql: `UPDATE attachments SET "messageId" = NULL WHERE id = (SELECT max(id) FROM attachments);`,
  },
  {
    name: "messages of the same instant",
    sql: `UPDATE messages SET "createdAt" = (SELECT "createdAt" FROM messages WHERE id = ${id(4000)}) WHERE id = ${id(4001)};`,
  },
  {
    name: "a message as old as its conversation",
    sql: `UPDATE conversations SET "createdAt" = (SELECT min("createdAt") FROM messages WHERE "conversationId" = ${id(1)}) WHERE id = ${id(1)};`,
  },
  {
    name: "conversations without messages",
    sql: `INSERT INTO conversations (id, "creatorId", "updatedAt") SELECT 'c_empty' || n, ${id(1)}, now() FROM generate_series(1, 500) n;`,
  },
  { name: "messages without text", sql: `UPDATE messages SET content = NULL WHERE type <> 'TEXT';` },
  {
    name: "a busiest hour of a little more than 1.5 times the quietest",
    sql: spreadOverDay(day((h) => (isPeak(h) ? 151 : 100))),
  },
  {
    name: "a top 1 % of 15 % and a top 5 % of 30 % sharp",
    sql: dealt(
      { conversations: 2, size: 1800 },
      { conversations: 8, size: 450 },
      { conversations: 50, size: 322 },
      { conversations: 140, size: 5 },
    ),
  },
];
