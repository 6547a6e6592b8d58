import { type Change, type Changes, changesOf } from "./changes";
import { costOf } from "./cost";
import type { Difference } from "./differences";
import type { EnginePreview } from "./engine-preview";
import type { Violation } from "./violations";
import { block, code, inline, table } from "./text";

/** The numbers of rows of the table of changes that are tried until the text fits. */
const ROWS = [200, 50, 10];

/** The most names of one kind that are listed. */
const NAMES = 15;

/**
 * Writes the preview of one stack for reviewers, as Markdown: errors and violations, then the changes with the worst first,
 * then their cost. It contains no secrets.
 *
 * @param stack the stack's name
 * @param limit the most characters
 */
export function previewMarkdown(
  stack: string,
  preview: EnginePreview,
  violations: readonly Violation[],
  limit: number,
): string {
  const found = changesOf(preview.steps);
  const before = [`## ${code(stack)}: ${summary(found, preview)}`, ...problems(preview, violations)];
  const failed = preview.errors.length > 0;
  const after = failed ? [] : costOf(found.changes, preview);
  const texts = ROWS.map((rows) => {
    const changes = failed ? [] : [...caution(found.changes), ...changesTable(found, rows)];
    return `${[...before, ...changes, ...after].join("\n\n")}\n`;
  });
  return texts.find((text) => text.length <= limit) ?? `${texts.at(-1)!.slice(0, limit - 2)}…\n`;
}

/** A summary in a few words, e.g. `1 replaced, 2 changed`. */
function summary({ changes, follow }: Changes, { errors }: EnginePreview): string {
  if (errors.length > 0) return "the preview failed";
  const actions = { delete: "deleted", replace: "replaced", update: "changed", create: "created" };
  const counts = Object.entries(actions)
    .map(([action, word]) => ({ word, many: changes.filter((change) => change.action === action).length }))
    .filter(({ many }) => many > 0)
    .map(({ many, word }) => `${many} ${word}`);
  if (counts.length > 0) return counts.join(", ");
  return follow.length > 0 ? "checks are repeated, nothing else" : "no changes";
}

function problems({ errors, warnings }: EnginePreview, violations: readonly Violation[]): string[] {
  const broken = violations.map(
    ({ policy, resource, message }) => `- ${code(resource)} (${policy}): ${inline(message)}`,
  );
  return [
    ...errors.map((error) => `**Error**\n\n${block(error)}`),
    ...(broken.length > 0 ? [`**Violated policies**\n\n${broken.join("\n")}`] : []),
    ...warnings.map((warning) => `**Warning** ${inline(warning)}`),
  ];
}

/** The warning about lost rows. */
function caution(changes: readonly Change[]): string[] {
  const lines = changes
    .filter(({ risk }) => risk === "data")
    .map(({ kind, name, means }) => `> - ${kind} ${code(name)}: ${means}`);
  return lines.length === 0 ? [] : [`> [!CAUTION]\n> **Rows are lost**\n>\n${lines.join("\n")}`];
}

function changesTable({ changes, follow }: Changes, most: number): string[] {
  if (changes.length === 0) return [];
  const rows = grouped(changes);
  const more = rows.length - most;
  return [
    table(["risk", "what", "change", "means"], rows.slice(0, most).map(row)),
    ...(more > 0 ? [`… and ${more} more.`] : []),
    ...(follow.length > 0
      ? [`Left out: ${follow.length} that follow from these (checks, logins, files).`]
      : []),
  ];
}

/** Groups changes that are the same for several resources of one kind. */
function grouped(changes: readonly Change[]): Change[][] {
  const groups = new Map<unknown, Change[]>();
  for (const change of changes) {
    const { risk, action, kind, means } = change;
    const key = change.differences.length > 0 ? change : `${risk} ${action} ${kind} ${means}`;
    groups.set(key, [...(groups.get(key) ?? []), change]);
  }
  return [...groups.values()];
}

function row(group: Change[]): string[] {
  const { risk, action, kind, differences, means } = group[0]!;
  const names = group
    .map(({ name }) => code(name))
    .sort()
    .slice(0, NAMES);
  if (group.length > NAMES) names.push(`${group.length - NAMES} more`);
  const severe = risk === "data" || risk === "replace";
  const label = severe ? `**${action}**` : risk;
  const many = group.length > 1 ? `${group.length} × ` : "";
  return [label, `${many}${kind} ${names.join(", ")}`, differences.map(difference).join("<br>"), means];
}

function difference({ key, before, after, hidden }: Difference): string {
  // A setting has only one value, so its key is not shown.
  const what = key === "value" ? "" : `${code(key)} `;
  if (hidden) return `${what}changes`;
  if (before === undefined) return `${what}${code(after ?? "")} is new`;
  if (after === undefined) return `${what}${code(before)} goes`;
  return `${what}${code(before)} → ${code(after)}`;
}
