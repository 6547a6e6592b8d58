import { ExpectedError } from "../../common/errors";
import type { Capture, Conditions } from "../capture";
import { explainSchema } from "./plan";
import { cellName } from "./format";

/**
 * Requires that two captures can be compared: one before and one after, both complete, of the same queries with the same
 * results, on the same rows, settings and server.
 *
 * @throws ExpectedError with everything that differs
 */
export function requireComparable(pre: Capture, post: Capture): void {
  requireKinds(pre, post);
  for (const capture of [pre, post]) requireWhole(capture);
  const differences = [...differing(pre.conditions, post.conditions), ...differingResults(pre, post)];
  if (differences.length === 0) return;
  throw new ExpectedError(
    `The captures cannot be compared, because they were taken under different conditions:\n${differences.map((each) => `  - ${each}`).join("\n")}`,
    "Capture both again on the same dataset, with the same settings, seed and query files.",
  );
}

function requireKinds(pre: Capture, post: Capture): void {
  if (pre.kind === "pre-optimization" && post.kind === "post-optimization") return;
  const swapped = pre.kind === "post-optimization" && post.kind === "pre-optimization";
  throw new ExpectedError(
    swapped
      ? "The captures are swapped: the first was taken after the optimization, the second before."
      : `Both captures were taken ${pre.kind === "pre-optimization" ? "before" : "after"} the optimization.`,
    "Give the file that --pre-optimization wrote first, and the file that --post-optimization wrote second.",
  );
}

function requireWhole({ kind, conditions, queries, writes }: Capture): void {
  const samples = [
    ...queries.map((each) => ({ ...each, name: cellName(each), blocks: each.warm_ms })),
    { query: writes.query, name: writes.query, blocks: writes.insert_ms },
  ];
  const measured = new Set(samples.map(({ query }) => query));
  const missing = [
    ...Object.keys(conditions.queries)
      .filter((query) => !measured.has(query))
      .map((query) => `${query} was not measured`),
    ...(queries.length === 0 ? ["no query was measured"] : []),
    ...samples
      .filter(({ blocks }) => blocks.length < 2 || blocks.some((block) => block.length === 0))
      .map(({ name }) => `${name} has no whole blocks of latencies`),
    ...queries
      .filter(({ plan }) => !explainSchema.safeParse(plan).success)
      .map((each) => `${cellName(each)} has no plan`),
  ];
  if (missing.length === 0) return;
  throw new ExpectedError(
    `The ${kind} capture is partial: ${missing.join("; ")}.`,
    "Capture it again, and let it run to its end.",
  );
}

function differing(pre: Conditions, post: Conditions): string[] {
  const [before, after] = [flat(pre), flat(post)];
  return [...new Set([...Object.keys(before), ...Object.keys(after)])]
    .filter((key) => before[key] !== after[key])
    .map((key) => `${key}: ${before[key] ?? "nothing"} before, ${after[key] ?? "nothing"} after`);
}

function flat({
  server_version,
  database,
  seed,
  settings,
  dataset,
  queries,
}: Conditions): Record<string, string> {
  const keyed = (group: string, values: Record<string, string>): [string, string][] =>
    Object.entries(values).map(([name, value]) => [`${group}.${name}`, value]);
  return {
    server_version,
    database,
    seed,
    ...Object.fromEntries([
      ...keyed("settings", settings),
      ...keyed("dataset", dataset),
      ...keyed("queries", queries),
    ]),
  };
}

function differingResults(pre: Capture, post: Capture): string[] {
  const figures = ({ queries, writes }: Capture): Map<string, { rows: number; blocks: number }> =>
    new Map([
      ...queries.map((each) => [cellName(each), { rows: each.rows, blocks: each.warm_ms.length }] as const),
      [writes.query, { rows: 0, blocks: writes.insert_ms.length }],
    ]);
  const [before, after] = [figures(pre), figures(post)];
  const inTurns = takenInTurns(pre, post);
  return [...new Set([...before.keys(), ...after.keys()])].flatMap((name) => {
    const [old, now] = [before.get(name), after.get(name)];
    if (old === undefined || now === undefined) return [`${name}: only in one of them`];
    return [
      ...(Math.abs(old.rows - now.rows) > 1e-6
        ? [`rows of ${name}: ${old.rows} before, ${now.rows} after`]
        : []),
      ...(inTurns && old.blocks !== now.blocks
        ? [`blocks of ${name}: ${old.blocks} before, ${now.blocks} after`]
        : []),
    ];
  });
}

/** Whether the captures were taken in turns, block by block. */
export function takenInTurns(pre: Capture, post: Capture): boolean {
  return pre.experiment !== undefined && pre.experiment === post.experiment;
}
