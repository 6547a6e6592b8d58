import { z } from "zod";
import type { Pair, Plan, PlanChange, PlanNode } from "./comparison";

/** The properties that are read from a node of EXPLAIN (FORMAT JSON); see src/backend/commands/explain.c. */
const nodeSchema = z.object({
  "Node Type": z.string(),
  "Join Type": z.string().optional(),
  "Scan Direction": z.string().optional(),
  "Index Name": z.string().optional(),
  "Relation Name": z.string().optional(),
  Operation: z.string().optional(),
  "Sort Key": z.array(z.string()).optional(),
  "Actual Rows": z.number().optional(),
  "Actual Loops": z.number().optional(),
  "Shared Hit Blocks": z.number().optional(),
  "Shared Read Blocks": z.number().optional(),
  get Plans() {
    return z.array(nodeSchema).optional();
  },
});

type ExplainNode = z.infer<typeof nodeSchema>;

/** The result of EXPLAIN: a list with one plan. */
export const explainSchema = z.tuple([z.object({ Plan: nodeSchema })]);

/** Compares two plans of one query. */
export function planChange(explained: Pair<unknown>): PlanChange {
  const [before, after] = [planOf(explained.before), planOf(explained.after)];
  const adopted = without(after.indexes, before.indexes);
  const dropped = without(before.indexes, after.indexes);
  const sortEliminated = before.sorts && !after.sorts;
  const scans = without(before.scans, after.scans).filter((scan) => scan.startsWith("Seq Scan"));
  const differences = [
    ...(sortEliminated ? ["sort eliminated"] : []),
    ...(!before.sorts && after.sorts ? ["sort added"] : []),
    ...adopted.map((index) => `adopts ${index}${after.indexOnly.includes(index) ? " (index only)" : ""}`),
    ...dropped.map((index) => `no longer uses ${index}`),
    ...scans.map((scan) => `no more ${scan}`),
    ...without(after.scans, before.scans)
      .filter((scan) => scan.startsWith("Seq Scan"))
      .map((scan) => `new: ${scan}`),
  ];
  const shape = ({ nodes }: Plan): string => JSON.stringify(nodes.map(({ depth, text }) => [depth, text]));
  const changed = shape(before.plan) !== shape(after.plan);
  if (changed && differences.length === 0) differences.push("other joins or order");
  return {
    changed,
    before: before.plan,
    after: after.plan,
    indexes_adopted: adopted,
    indexes_dropped: dropped,
    sort_eliminated: sortEliminated,
    differences,
  };
}

interface ReadPlan {
  plan: Plan;
  indexes: string[];
  /** The indexes that are read without their table. */
  indexOnly: string[];
  scans: string[];
  sorts: boolean;
}

function planOf(explained: unknown): ReadPlan {
  const [{ Plan: root }] = explainSchema.parse(explained);
  const all = [...walk(root, 0)];
  const indexes = (of: typeof all): string[] => [
    ...new Set(of.flatMap(({ node }) => node["Index Name"] ?? [])),
  ];
  return {
    plan: {
      nodes: all.map(({ node, depth }): PlanNode => {
        const rows = Math.round((node["Actual Rows"] ?? 0) * (node["Actual Loops"] ?? 1));
        const index = node["Index Name"];
        return { depth, text: textOf(node), ...(index !== undefined && { index }), rows };
      }),
      // The figures of a node include those of the nodes below it.
      buffers_hit: root["Shared Hit Blocks"] ?? 0,
      buffers_read: root["Shared Read Blocks"] ?? 0,
    },
    indexes: indexes(all),
    indexOnly: indexes(all.filter(({ node }) => node["Node Type"] === "Index Only Scan")),
    scans: [...new Set(all.filter(({ node }) => node["Relation Name"]).map(({ node }) => textOf(node)))],
    sorts: all.some(({ node }) => node["Node Type"].endsWith("Sort")),
  };
}

function* walk(node: ExplainNode, depth: number): Generator<{ node: ExplainNode; depth: number }> {
  yield { node, depth };
  for (const child of node.Plans ?? []) yield* walk(child, depth + 1);
}

function textOf(node: ExplainNode): string {
  const type = node["Node Type"];
  const join = node["Join Type"] && node["Join Type"] !== "Inner" ? `${node["Join Type"]} ` : "";
  return [
    join + (node.Operation ?? type),
    node["Scan Direction"] === "Backward" && "backward",
    node["Index Name"] && `using ${node["Index Name"]}`,
    node["Relation Name"] && `on ${node["Relation Name"]}`,
    node["Sort Key"] && `by ${node["Sort Key"].join(", ")}`,
  ]
    .filter(Boolean)
    .join(" ");
}

function without(names: readonly string[], others: readonly string[]): string[] {
  return names.filter((name) => !others.includes(name));
}
