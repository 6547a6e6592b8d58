/** What an index is on, as its definition says. */
export interface IndexShape {
  unique: boolean;
  /** The access method, e.g. `btree`. */
  method: string;
  /** The key columns or expressions in order. */
  keys: Key[];
  /** Further columns that the index only stores. */
  included: string[];
  /** The condition of a partial index; empty for an index of all rows. */
  condition: string;
}

export interface Key {
  /** The column or expression without its direction, e.g. `"createdAt"`. */
  text: string;
  descending: boolean;
  nullsFirst: boolean;
}

/** The part of a definition after the table, as `pg_get_indexdef` writes it. */
const parts = /^CREATE (UNIQUE )?INDEX .*? USING (\w+) \(/s;

/** Reads a definition by `pg_get_indexdef`. Returns nothing for a text of another form. */
export function shapeOf(definition: string): IndexShape | undefined {
  const start = parts.exec(definition);
  if (start === null) return undefined;
  const keys = listFrom(definition, start[0].length);
  const rest = definition.slice(keys.end);
  const include = /^ INCLUDE \(/.exec(rest);
  const included = include === null ? undefined : listFrom(rest, include[0].length);
  const condition = / WHERE (.*)$/s.exec(rest)?.[1] ?? "";
  return {
    unique: start[1] !== undefined,
    method: start[2]!,
    keys: keys.items.map(keyOf),
    included: included?.items ?? [],
    condition,
  };
}

/** Reads the items of a list up to its closing bracket. Commas and brackets in quotes and inner brackets belong to an item. */
function listFrom(text: string, from: number): { items: string[]; end: number } {
  const items = [""];
  let depth = 0;
  const token = /"(?:[^"]|"")*"|'(?:[^']|'')*'|[^]/g;
  token.lastIndex = from;
  for (let found = token.exec(text); found !== null; found = token.exec(text)) {
    const [each] = found;
    if (each === ")" && depth === 0) break;
    if (each === "(") depth++;
    if (each === ")") depth--;
    if (each === "," && depth === 0) items.push("");
    else items.push(items.pop()! + each);
  }
  return { items: items.map((item) => item.trim()), end: token.lastIndex };
}

function keyOf(item: string): Key {
  const [, text, direction, nulls] = /^([^]*?)( ASC| DESC)?( NULLS FIRST| NULLS LAST)?$/.exec(item)!;
  const descending = direction === " DESC";
  return { text: text!, descending, nullsFirst: nulls === undefined ? descending : nulls === " NULLS FIRST" };
}

/**
 * Whether every search by one index can be made by another as well: the other one begins with the same columns, all in the
 * same direction or all in the opposite one, because a B-tree is read both ways.
 *
 * A unique index is never superfluous, because it keeps a rule.
 */
export function isCoveredBy(one: string, other: string): boolean {
  const [small, large] = [shapeOf(one), shapeOf(other)];
  if (small === undefined || large === undefined || small.unique) return false;
  if (small.method !== "btree" || large.method !== "btree" || small.condition !== large.condition)
    return false;
  const begins = (reversed: boolean): boolean =>
    small.keys.every(({ text, descending, nullsFirst }, i) => {
      const key = large.keys[i];
      return (
        key?.text === text &&
        key.descending === (descending !== reversed) &&
        key.nullsFirst === (nullsFirst !== reversed)
      );
    });
  const stored = [...large.keys.map(({ text }) => text), ...large.included];
  return (begins(false) || begins(true)) && small.included.every((column) => stored.includes(column));
}
