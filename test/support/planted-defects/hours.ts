import { type Defect, id, soundMessages } from "./defect";

/** Gives the messages times that spread over each day by these 24 weights, in the order of their ids. */
export function spreadOverDay(weights: number[]): string {
  const hours = weights.flatMap((weight, hour) => Array<number>(weight).fill(hour));
  return `
UPDATE messages SET "createdAt" = timestamp '2025-02-01' + n / ${hours.length} * interval '1 day'
  + ('{${hours.join(",")}}'::int[])[n % ${hours.length} + 1] * interval '1 hour' + n % ${hours.length} * interval '1 second'
FROM (SELECT id AS message, right(id, 9)::int - 1 AS n FROM messages) AS numbered WHERE id = message;
DELETE FROM messages WHERE id > ${id(soundMessages - (soundMessages % hours.length))};`;
}

export const day = (weight: (hour: number) => number): number[] =>
  Array.from({ length: 24 }, (_, hour) => weight(hour));
export const isPeak = (hour: number): boolean => [9, 10, 11, 18, 19, 20].includes(hour);

export const diurnalVariation: Defect[] = [
  { name: "messages come evenly round the clock", sql: spreadOverDay(day(() => 1)) },
  {
    name: "the busiest hour has 1.5 times the quietest and not more",
    sql: spreadOverDay(day((h) => (isPeak(h) ? 3 : 2))),
  },
  { name: "the night is nearly as busy as the peaks", sql: spreadOverDay(day((h) => (isPeak(h) ? 4 : 3))) },
  {
    name: "one hour is busier by 40 %, all others are even",
    sql: spreadOverDay(day((h) => (h === 12 ? 14 : 10))),
  },
  {
    name: "one hour is quieter by 30 %, all others are even",
    sql: spreadOverDay(day((h) => (h === 3 ? 7 : 10))),
  },
  {
    name: "three shifts work nearly alike",
    sql: spreadOverDay(day((h) => [10, 14, 12][Math.floor(h / 8)]!)),
  },
  {
    name: "weekdays differ, hours do not",
    sql: `UPDATE messages SET "createdAt" = timestamp '2025-02-03' + n / 3600 * interval '7 days' + n % 3600 * interval '2 minutes'
      FROM (SELECT id AS message, right(id, 9)::int - 1 AS n FROM messages) AS numbered WHERE id = message;`,
  },
];
