import type { Capture, IndexState } from "../capture";
import type { IndexChange, QueryComparison } from "./comparison";

/** The indexes in which the captures differ, with the queries that use them. */
export function indexChanges(
  pre: Capture,
  post: Capture,
  queries: readonly QueryComparison[],
): IndexChange[] {
  const [before, after] = [byName(pre), byName(post)];
  const names = [...new Set([...before.keys(), ...after.keys()])].sort();
  return names.flatMap((name) => {
    const [old, now] = [before.get(name), after.get(name)];
    if (old?.definition === now?.definition && old?.valid === now?.valid) return [];
    const { table, definition, bytes, valid, build_seconds } = (now ?? old)!;
    return {
      name,
      table,
      definition,
      bytes,
      valid,
      change: old === undefined ? "added" : now === undefined ? "removed" : "changed",
      ...(build_seconds !== undefined && { build_seconds }),
      used_by: queries
        .filter(({ plan }) => plan.after.nodes.some(({ index }) => index === name))
        .map(({ query, stratum }) => `${query} (${stratum})`),
    };
  });
}

function byName({ indexes }: Capture): Map<string, IndexState> {
  return new Map(indexes.map((index) => [index.name, index]));
}
