/**
 * The fewest different users, and the fewest different rooms, behind each figure of a profile. The US Census Bureau's
 * Disclosure Review Board does not release a figure with fewer (and the OECD asks for 3 to 5, the ONS for 10).
 */
export const FEWEST = 15;

/** The significant digits of each figure, after the rounding rules of the US Census Bureau's Disclosure Review Board. */
export const DIGITS = 4;

/** The smallest share of all members in a cell of a distribution, so that the tail of a large database is not a few people. */
export const SMALLEST_CELL = 0.001;

/**
 * SQL for a set of users or rooms: 64 bits, one of which stands for an id. Sets are united by `bit_or`. Because two ids
 * may have the same bit, a set has at least as many members as bits, and nothing about an id can be told from it.
 */
export function bitOf(id: string): string {
  return `(1::bigint << (hashtext(${id}::text) & 63))`;
}

/** SQL that tells whether enough different users and rooms stand behind a figure. */
export function isEnough(people: string, rooms: string): string {
  const bits = (set: string): string => `length(replace((${set})::bit(64)::text, '0', ''))`;
  return `(${bits(people)} >= ${FEWEST} AND ${bits(rooms)} >= ${FEWEST})`;
}

/** SQL that rounds a figure to its significant digits. */
export function rounded(figure: string): string {
  const value = `(${figure})::numeric`;
  return `CASE WHEN ${value} = 0 THEN 0 ELSE round(${value}, ${DIGITS - 1} - floor(log(abs(${value})))::int) END`;
}
