import { edges } from "./edges";
import type { Unit } from "./profile";
import { isEnough, rounded, SMALLEST_CELL } from "./privacy";

/** Several marginals that are read from the tables in one statement. */
export interface Pass {
  /** What is being read, for the progress on the terminal, e.g. `rooms`. */
  title: string;
  /** The common table expressions that its queries share, without `WITH`. */
  tables?: string;
  /** The distributions by name. */
  distributions?: Record<string, Source>;
  /** A query for tables of shares: `name`, `key`, the number `n`, and the sets `people` and `rooms`. */
  shares?: string;
  /** Queries for complete lines, each of one JSON object. They contain nothing about single users or rooms. */
  lines?: string[];
}

/** Where the members of a distribution come from. */
export interface Source {
  unit: Unit;
  /**
   * A query for the members: `value`, and the sets `people` and `rooms` that stand behind it. Members without a value do
   * not count.
   */
  members: string;
  /**
   * The column that divides the members, and its values that are told by name. All others are one part, `OTHER`.
   *
   * @default they are not divided
   */
  part?: { column: string; values: readonly string[] };
  /**
   * The column with the number of members that a row stands for. Their values must lie between the same two edges, and
   * `value` is their mean.
   *
   * @default each row is one member
   */
  weight?: string;
}

/**
 * The statement of a pass. Each row is a line of JSON. The rules of privacy are kept in the statement, so that its result
 * can leave the database.
 */
export function statementOf({ tables, distributions, shares, lines = [] }: Pass): string {
  const parts = [tables?.trim()];
  const results = [...lines];
  if (distributions !== undefined) {
    parts.push(distributionTables(distributions));
    results.push(distributionLines);
  }
  if (shares !== undefined) {
    parts.push(shareTables(shares));
    results.push(shareLines);
  }
  return `WITH RECURSIVE ${parts.filter(Boolean).join(",\n")}\n${results.join("\nUNION ALL\n")}`;
}

/**
 * Members fall into bins between the edges. From the top, bins are joined to a cell until the cell has enough users, rooms
 * and members. The bins that are left at the bottom belong to the lowest cell.
 */
const distributionTables = (sources: Record<string, Source>): string => `
units (name, edges) AS (VALUES
  ${Object.entries(sources)
    .map(([name, { unit }]) => `('${name}', ${listOf(unit)})`)
    .join(",\n  ")}
),
bins AS (
  SELECT name, part, bin, sum(n) AS n, sum(total) AS total, bit_or(people) AS people, bit_or(rooms) AS rooms
  FROM (
  ${Object.entries(sources).map(binsOf).join("\n  UNION ALL\n  ")}
  ) counted GROUP BY 1, 2, 3
),
ranked AS (
  SELECT *, row_number() OVER (PARTITION BY name, part ORDER BY bin DESC) AS i,
    sum(n) OVER (PARTITION BY name, part) AS everybody, sum(total) OVER (PARTITION BY name, part) AS everything
  FROM bins
),
walk AS (
  SELECT *, ${isCell("people", "rooms", "n", "everybody")} AS closed FROM ranked WHERE i = 1
  UNION ALL
  SELECT r.name, r.part, r.bin, x.n, x.total, x.people, x.rooms, r.i, r.everybody, r.everything,
    ${isCell("x.people", "x.rooms", "x.n", "r.everybody")}
  FROM walk w JOIN ranked r ON r.name = w.name AND r.part = w.part AND r.i = w.i + 1
  CROSS JOIN LATERAL (
    SELECT CASE WHEN w.closed THEN 0 ELSE w.n END + r.n AS n,
      CASE WHEN w.closed THEN 0 ELSE w.total END + r.total AS total,
      CASE WHEN w.closed THEN 0 ELSE w.people END | r.people AS people,
      CASE WHEN w.closed THEN 0 ELSE w.rooms END | r.rooms AS rooms
  ) x
),
cells AS (
  SELECT *, row_number() OVER (PARTITION BY name, part ORDER BY i) AS cell, count(*) OVER (PARTITION BY name, part) AS cells,
    sum(n) OVER (PARTITION BY name, part ORDER BY i) AS above
  FROM walk WHERE closed
)`;

function binsOf([name, { unit, members, part, weight = "1" }]: [string, Source]): string {
  const bin = `width_bucket(value, ${listOf(unit)})`;
  const label = part === undefined ? "''" : labelled(part.column, part.values);
  // Parts are grouped as they are and labelled afterwards, because a text for each member would take longest.
  return `SELECT '${name}' AS name, ${label} AS part, ${bin} AS bin, sum(${weight})::numeric AS n, sum(value * ${weight})::numeric AS total,
    bit_or(people) AS people, bit_or(rooms) AS rooms FROM (${members.trim()}) members
    WHERE value IS NOT NULL GROUP BY ${part === undefined ? bin : `${part.column}, ${bin}`}`;
}

/** SQL for the text of a value if it is one of the given ones, and for `OTHER` if it is not. */
export function labelled(column: string, values: readonly string[]): string {
  const known = values.map((value) => `'${value}'`).join(", ");
  return `CASE WHEN ${column}::text IN (${known}) THEN ${column}::text ELSE 'OTHER' END`;
}

function listOf(unit: Unit): string {
  return `'{${edges[unit].join(",")}}'::float8[]`;
}

function isCell(people: string, rooms: string, members: string, everybody: string): string {
  return `${isEnough(people, rooms)} AND ${members} >= ${everybody} * ${SMALLEST_CELL}`;
}

const distributionLines = `
SELECT json_build_object('distribution', name, 'part', part,
  'members', ${rounded("max(everybody)")}, 'mean', ${rounded("max(everything) / max(everybody)")},
  'knots', coalesce(json_agg(json_build_array(edges[bin], ${rounded("1 - above / everybody")}) ORDER BY bin)
    FILTER (WHERE cell < cells), '[]'),
  'tail', ${rounded("max(total / n) FILTER (WHERE cell = 1)")})::text AS line
FROM cells JOIN units USING (name) GROUP BY name, part`;

/** Keys without enough users and rooms are counted together, and are left out when they are too few together, too. */
const shareTables = (shares: string): string => `
counted AS (
  SELECT name, key, sum(n) AS n, bit_or(people) AS people, bit_or(rooms) AS rooms FROM (${shares.trim()}) shares GROUP BY 1, 2
),
pooled AS (
  SELECT name, CASE WHEN ${isEnough("people", "rooms")} THEN key END AS key, sum(n) AS n,
    bit_or(people) AS people, bit_or(rooms) AS rooms, count(*) AS keys
  FROM counted GROUP BY 1, 2
),
told AS (
  SELECT *, sum(n) OVER (PARTITION BY name) AS everything FROM pooled WHERE ${isEnough("people", "rooms")}
)`;

const shareLines = `
SELECT json_build_object('shares', name, 'members', ${rounded("max(everything)")},
  'of', coalesce(json_object_agg(key, ${rounded("n / everything")} ORDER BY key) FILTER (WHERE key IS NOT NULL), '{}'),
  'others', ${rounded("max(n / everything) FILTER (WHERE key IS NULL)")},
  'otherKeys', max(keys) FILTER (WHERE key IS NULL))::text AS line
FROM told GROUP BY name`;
