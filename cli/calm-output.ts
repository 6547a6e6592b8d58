import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { remedyFor } from "./plugin-errors";

/** The engine's events that people are told of. */
interface EngineEvent {
  diagnosticEvent?: { message: string; severity: string; urn?: string };
  summaryEvent?: { resourceChanges?: Record<string, number>; durationSeconds: number };
}

/** What happened to resources, in the order of the last line. */
const actions: Readonly<Record<string, string>> = {
  create: "created",
  update: "updated",
  replace: "replaced",
  delete: "deleted",
  same: "unchanged",
};

/**
 * Shows what `pulumi up --json` reports as complete lines: what tasks say, errors and warnings with the resource they
 * are about, and what was done in the end. The CLI's own display says everything twice, cut off at the terminal's edge.
 *
 * @param events the command's standard output, a line for each event
 */
export async function showCalmly(events: Readable, print: (line: string) => void): Promise<void> {
  for await (const line of createInterface(events)) {
    for (const each of calmLines(line)) print(each);
  }
}

/** The lines that one event is worth; a line that is no event stays as it is. */
export function calmLines(line: string): string[] {
  if (!line.startsWith("{")) return line.trim() === "" ? [] : [line];
  const { diagnosticEvent, summaryEvent } = JSON.parse(line) as EngineEvent;
  if (summaryEvent !== undefined) return ["", summary(summaryEvent)];
  if (diagnosticEvent === undefined || diagnosticEvent.severity === "debug") return [];
  const { message, severity, urn = "" } = diagnosticEvent;
  const lines = message.trimEnd().split("\n");
  if (severity !== "error" && severity !== "warning") return lines;
  const resource = urn === "" || urn.includes("pulumi:pulumi:Stack") ? "" : ` (${urn.split("::").at(-1)!})`;
  const said = `${severity}${resource}: ${lines[0]!.replace(/^(?:error|warning): /, "")}`;
  const remedy = remedyFor(message);
  return ["", said, ...lines.slice(1), ...(remedy === undefined ? [] : [`  ${remedy}`])];
}

function summary({
  resourceChanges = {},
  durationSeconds,
}: NonNullable<EngineEvent["summaryEvent"]>): string {
  const counts = Object.entries(actions)
    .filter(([action]) => (resourceChanges[action] ?? 0) > 0)
    .map(([action, word]) => `${resourceChanges[action]!} ${word}`);
  return `Resources: ${counts.join(", ") || "none"}, in ${Math.round(durationSeconds)} s`;
}
