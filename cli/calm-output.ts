import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { remedyFor } from "./plugin-errors";

/** The engine's events that are shown. */
interface EngineEvent {
  diagnosticEvent?: { message: string; severity: string; urn?: string };
  summaryEvent?: { resourceChanges?: Record<string, number>; durationSeconds: number };
}

/** The words for operations on resources, in the order of the last line. */
const actions: Readonly<Record<string, string>> = {
  create: "created",
  update: "updated",
  replace: "replaced",
  delete: "deleted",
  same: "unchanged",
};

/**
 * Shows the events of `pulumi up --json` as complete lines: the messages of tasks, errors and warnings with their
 * resource, and a summary. The display of the CLI would show every message twice, cut off at the edge of the terminal.
 *
 * @param events the standard output of the command, with one event on each line
 */
export async function showCalmly(events: Readable, print: (line: string) => void): Promise<void> {
  const ofServer: string[] = [];
  const inServer: string[][] = [];
  for await (const line of createInterface(events)) {
    if (SERVER_ERROR.test(line)) ofServer.push(...calmLines(line));
    else if (CONNECTION_ERROR.test(line)) inServer.push(calmLines(line));
    else calmLines(line).forEach(print);
  }
  if (ofServer.length === 0) inServer.flat().forEach(print);
  else if (inServer.length > 0) print(`\n${inServer.length} resources in the server could not be read.`);
  ofServer.forEach(print);
}

/** Matches the event of an error of a server itself. It explains the other errors, so it is shown last. */
const SERVER_ERROR = /^\{(?=.*"severity":"error").*chatperf:(?:Embedded|Docker|Existing)(?:Server|Place)::/;

/** Matches the event of an error of the PostgreSQL plugin that has not reached a server. */
const CONNECTION_ERROR = /^\{.*"diagnosticEvent".*error connecting to PostgreSQL server/;

/** The lines to show for one event. A line that is not an event is shown as it is. */
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
