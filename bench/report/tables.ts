import type { PeerRuns } from "../measure";
import { median } from "../../statistics/quantile";
import { figuresOf, isWholeLoad, type Scope } from "./figures";
import { describeMachine } from "./machine";
import type { Results } from "./results";
import type { Table } from "./table";
import { phase2Table } from "./phase2-table";
import { validationTable } from "./validation-table";
import { formatCount } from "../../common/format";

const NOTHING = "–";
const MEBIBYTE = 2 ** 20;

/** All tables of the results. */
export function tablesOf(results: Results): Table[] {
  const { peers, studies } = results;
  return [
    peersTable(
      "Whole load: empty tables to rows, keys, indexes, foreign keys, VACUUM, ANALYZE",
      results,
      "load",
    ),
    peersTable("Rows alone, into tables without keys and indexes", results, "rows"),
    ratiosTable(results),
    phasesTable(peers),
    workersTable(studies.workers ?? []),
    memoryTable(studies.memory ?? []),
    determinismTable(studies.determinism ?? []),
    upTable(studies.up ?? []),
    ...(studies.validation ? [validationTable(studies.validation)] : []),
    ...(studies.phase2 ? [phase2Table(studies.phase2)] : []),
  ].filter(({ rows }) => rows.length > 0);
}

/** The dataset of the figures, and the machine on which they were measured. */
export function footnotes({ peers, machine, date }: Results): string[] {
  return [
    ...peers.map(({ name, timed, skipped }) => `${name}: ${skipped ?? timed}`),
    "Medians. MB: million bytes as they are sent, for INSERTs as COPY BINARY would send the same rows.",
    "Ours is: how many times as fast, by rows a second.",
    `${describeMachine(machine)}; ${date.slice(0, 10)}`,
  ];
}

function peersTable(title: string, { peers, ratios }: Results, scope: Scope): Table {
  const shown = peers.filter((peer) => scope === "rows" || isWholeLoad(peer));
  const rows = shown.flatMap((peer) => {
    const figures = figuresOf(peer, scope);
    if (figures === undefined) return [];
    const ratio = ratios.find((each) => each.peer === peer.name && each.scope === scope);
    const { rows, seconds, rowsPerSecond, bytesPerSecond } = figures;
    return [
      [
        ...[peer.name, peer.what, formatCount(rows), seconds.toFixed(1), formatCount(rowsPerSecond)],
        bytesPerSecond === undefined ? NOTHING : decimals(bytesPerSecond / 1e6),
        ratio ? times(ratio.rowsPerSecond) : NOTHING,
      ],
    ];
  });
  return { title, columns: ["peer", "what", "rows", "seconds", "rows/s", "MB/s", "ours is"], texts: 2, rows };
}

function ratiosTable({ ratios }: Results): Table {
  return {
    title: "Ours against",
    columns: ["peer", "compared by", "time", "rows/s", "MB/s sent", "MB/s of table"],
    texts: 2,
    rows: ratios.map(({ peer, scope, time, rowsPerSecond, bytesPerSecond, tableBytesPerSecond }) => [
      ...[peer, scope === "load" ? "whole load" : "rows"],
      time === undefined ? NOTHING : time.toFixed(2),
      times(rowsPerSecond),
      bytesPerSecond === undefined ? NOTHING : times(bytesPerSecond),
      times(tableBytesPerSecond),
    ]),
  };
}

/** The phases in the order of the peers, then those that are timed but not compared. */
function phasesTable(peers: readonly PeerRuns[]): Table {
  const loads = peers.filter(isWholeLoad).map((peer) => ({ name: peer.name, ...figuresOf(peer, "load")! }));
  const names = (of: "phases" | "aside"): string[] => [
    ...new Set(loads.flatMap((load) => Object.keys(load[of]))),
  ];
  const shown = (seconds: number | undefined): string => seconds?.toFixed(1) ?? NOTHING;
  return {
    title: "Seconds of each phase",
    columns: ["phase", ...loads.map(({ name }) => name)],
    texts: 1,
    rows: [
      ...names("phases").map((phase) => [phase, ...loads.map(({ phases }) => shown(phases[phase]))]),
      ["together", ...loads.map(({ seconds }) => shown(seconds))],
      ...names("aside").map((phase) => [
        `not counted: ${phase}`,
        ...loads.map(({ aside }) => shown(aside[phase])),
      ]),
    ].filter(() => loads.length > 0),
  };
}

function workersTable(loads: NonNullable<Results["studies"]["workers"]>): Table {
  const numbers = [...new Set(loads.map(({ workers }) => workers))];
  return {
    title: `Rows by workers, ${formatCount(loads[0]?.messages ?? 0)} messages`,
    columns: ["workers", "rows", "seconds", "rows/s", "MB/s"],
    texts: 0,
    rows: numbers.map((number) => {
      const same = loads.filter(({ workers }) => workers === number);
      const seconds = median(same.map((load) => load.seconds.rows!));
      const { rows, bytes } = same[0]!;
      return [
        ...[formatCount(number), formatCount(rows), seconds.toFixed(1), formatCount(rows / seconds)],
        decimals(bytes / seconds / 1e6),
      ];
    }),
  };
}

function memoryTable(loads: NonNullable<Results["studies"]["memory"]>): Table {
  return {
    title:
      "Most resident memory of a load's processes together, and rows a second; new servers, no free memory",
    columns: ["messages", "workers", "processes", "MB", "rows/s"],
    texts: 0,
    rows: loads.map(({ messages, workers, memory, rows, seconds }) => [
      ...[formatCount(messages), formatCount(workers), memory ? formatCount(memory.processes) : NOTHING],
      ...[memory ? formatCount(memory.bytes / MEBIBYTE) : NOTHING, formatCount(rows / seconds.rows!)],
    ]),
  };
}

function determinismTable(loads: NonNullable<Results["studies"]["determinism"]>): Table {
  const equal = new Set(loads.map(({ fingerprint }) => fingerprint)).size === 1;
  return {
    title: `The content is ${equal ? "equal" : "NOT equal"}, however it is cut and dealt`,
    columns: ["messages", "shards", "workers", "fingerprint"],
    texts: 0,
    rows: loads.map(({ messages, shards, workers, fingerprint }) => [
      ...[
        formatCount(messages),
        shards === undefined ? "default" : formatCount(shards),
        formatCount(workers),
        fingerprint,
      ],
    ]),
  };
}

function upTable(stacks: NonNullable<Results["studies"]["up"]>): Table {
  return {
    title: "The whole of `npm run up`, from nothing to the report",
    columns: ["band", "verdict", "messages", "rows", "seconds", "GB on disk"],
    texts: 2,
    rows: stacks.map(({ band, verdict, messages, rows, seconds, bytes }) => [
      ...[
        band,
        verdict,
        formatCount(messages),
        formatCount(rows),
        formatCount(seconds),
        (bytes / 1e9).toFixed(1),
      ],
    ]),
  };
}

/** Writes a rate with at least two digits. */
function decimals(value: number): string {
  return value < 10 ? value.toFixed(1) : formatCount(value);
}

function times(ratio: number): string {
  return `${ratio < 10 ? ratio.toFixed(2) : formatCount(ratio)}×`;
}
