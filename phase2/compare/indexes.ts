import type { Capture, IndexState } from "../capture";
import { adviceOn, type Judged } from "./advice";
import type { IndexChange, IndexSize, Mix, Pair, QueryComparison } from "./comparison";
import { cellName } from "./format";
import { isCoveredBy } from "./index-columns";
import { gainOf } from "./mix";

/** An index in which the captures differ, in its state after, or before when it was removed. */
export interface Difference extends IndexState {
  change: IndexChange["change"];
}

/** The indexes in which the captures differ, in the order of their names. */
export function differencesOf(pre: Capture, post: Capture): Difference[] {
  const [before, after] = [byName(pre), byName(post)];
  const names = [...new Set([...before.keys(), ...after.keys()])].sort();
  return names.flatMap((name) => {
    const [old, now] = [before.get(name), after.get(name)];
    if (old?.definition === now?.definition && old?.valid === now?.valid) return [];
    const change = old === undefined ? "added" : now === undefined ? "removed" : "changed";
    return { ...(now ?? old)!, change };
  });
}

/** Each difference with the queries that use the index, and with the advice on it. */
export function indexChanges(
  differences: readonly Difference[],
  captures: Pair<Capture>,
  judged: Judged,
  mix: Mix,
): IndexChange[] {
  return differences.map((index) => {
    const { name, table, definition, bytes, valid, change, build_seconds } = index;
    const uses = (query: QueryComparison): boolean => usesIndex(query, name, change);
    return {
      name,
      table,
      definition,
      bytes,
      valid,
      change,
      ...(build_seconds !== undefined && { build_seconds }),
      ...(change === "added" && valid && build_seconds === undefined && { own: true as const }),
      used_by: judged.queries.filter(uses).map(cellName),
      ...adviceOn({ valid, change }, judged, uses),
      gain_ms: gainOf(judged.queries, mix, (query) => query.plan.changed && uses(query)),
      makes_redundant: change === "removed" || !valid ? [] : redundantBeside(index, captures),
    };
  });
}

function usesIndex({ plan }: QueryComparison, name: string, change: IndexChange["change"]): boolean {
  const { nodes } = change === "removed" ? plan.before : plan.after;
  return nodes.some(({ index }) => index === name);
}

/** The indexes of both captures that serve no search which the new index does not serve as well. */
function redundantBeside(
  { name, table, definition }: Difference,
  { before: pre, after: post }: Pair<Capture>,
): string[] {
  const before = byName(pre);
  return post.indexes
    .filter((other) => other.name !== name && other.table === table && before.has(other.name))
    .filter((other) => isCoveredBy(other.definition, definition))
    .map((other) => other.name);
}

/** The size of all new indexes together, against their tables and the server's own memory. */
export function sizeOf(changes: readonly IndexChange[], { tables, conditions }: Capture): IndexSize {
  const added = changes.filter(({ change }) => change === "added");
  const bytes = added.reduce((sum, each) => sum + each.bytes, 0);
  const onTables = tables.filter(({ name }) => added.some(({ table }) => table === name));
  const tableBytes = onTables.reduce((sum, each) => sum + each.bytes, 0);
  const memory = memoryBytes(conditions.settings.shared_buffers);
  return {
    bytes,
    of_tables: tableBytes > 0 ? bytes / tableBytes : 0,
    ...(memory !== undefined && { of_shared_buffers: bytes / memory }),
  };
}

const units: Record<string, number> = { kB: 1024, MB: 1024 ** 2, GB: 1024 ** 3, TB: 1024 ** 4 };

/** A size as PostgreSQL shows it, e.g. `256MB`, in bytes. */
function memoryBytes(setting: string | undefined): number | undefined {
  const [, count, unit] = /^(\d+)(kB|MB|GB|TB)$/.exec(setting ?? "") ?? [];
  return count === undefined || unit === undefined ? undefined : Number(count) * units[unit]!;
}

function byName({ indexes }: Capture): Map<string, IndexState> {
  return new Map(indexes.map((index) => [index.name, index]));
}
