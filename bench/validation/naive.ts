import { references } from "../../validation/references";

const count = (condition: string): string => `SELECT count(*) FROM messages WHERE ${condition}`;

/** The eight checks in a naive form: one query for each, a look-up for each row, a sort of the whole table. */
export const naiveChecks: Record<string, string[]> = {
  heavy_rooms: [`SELECT "conversationId", count(*) FROM messages GROUP BY 1 ORDER BY 2 DESC`],
  power_law_tail: [
    `SELECT percentile_cont(ARRAY[0.5, 0.75, 0.9, 0.95, 0.99]) WITHIN GROUP (ORDER BY size)
     FROM (SELECT count(*) AS size FROM messages GROUP BY "conversationId") c`,
  ],
  type_variety: [
    "SELECT type, count(*) FROM conversations GROUP BY 1",
    "SELECT type, count(*) FROM messages GROUP BY 1",
  ],
  diurnal_variation: [`SELECT extract(hour FROM "createdAt"), count(*) FROM messages GROUP BY 1`],
  pii_safety: [
    String.raw`SELECT count(*) FROM users WHERE email !~* '^(syn_|synthetic_)'`,
    count(String.raw`content ~* '[a-z0-9._%+-]+@[a-z0-9.-]+\.[a-z]{2,}'`),
  ],
  referential_integrity: references.map(
    ({ table, column, parent }) =>
      `SELECT count(*) FROM ${table} c WHERE c."${column}" IS NOT NULL
       AND NOT EXISTS (SELECT FROM ${parent} p WHERE p.id = c."${column}")`,
  ),
  timestamp_ordering: [
    `SELECT count(*) FROM (SELECT "createdAt", lag("createdAt") OVER (PARTITION BY "conversationId" ORDER BY id) AS previous
     FROM messages) m WHERE "createdAt" < previous`,
  ],
  data_completeness: references
    .filter(({ required }) => required)
    .map(({ table, column }) => `SELECT count(*) FROM ${table} WHERE "${column}" IS NULL`),
};
