import { quoteIdentifier, quoteLiteral } from "../../../postgres/connection";
import { mask, MOST_SAMPLES, type Inquiry } from "../question";
import { likelyPersonal, messageProfile } from "../../passes/message-profile";
import type { Snapshot } from "../../snapshot";
import type { Finding } from "../finding";
import { kinds, personalDataIn, suspicious, type Kind, type Match } from "./patterns";

/** Columns with text or names that people write. */
const freeText: Record<string, readonly string[]> = {
  users: ["email", "username", "firstName", "lastName", "bio"],
  conversations: ["name", "description"],
  messages: ["content"],
  attachments: ["originalName"],
};

/** The most rows of a table that are read. With the limit on characters, they take at most 50 MB of memory. */
const MOST_ROWS = 10_000;
/** The most characters of a column that are read. */
const MOST_CHARACTERS = 5000;

/** The rows that contain one kind of personal data. */
export interface Tally {
  rows: number;
  /** Those of the rows whose addresses all begin with `syn_` or `synthetic_`. */
  synthetic: number;
  samples: Finding["samples"];
}

/** The result of the search for personal data. */
export interface Scan {
  tallies: Record<Kind, Tally>;
  /** Tables that have more suspicious rows than were read. */
  cutShort: string[];
  /** Columns that do not exist or could not be read. */
  unread: string[];
  /** Whether any column could be read. */
  any: boolean;
}

interface Row {
  id: string;
  text: string;
}

/** The matches in the rows of a result. A snapshot returns the same rows each time. */
const known = new WeakMap<Row[], [Row, Match[]][]>();

function matchesIn(rows: Row[]): [Row, Match[]][] {
  const matches = known.get(rows) ?? rows.map((row): [Row, Match[]] => [row, personalDataIn(row.text)]);
  known.set(rows, matches);
  return matches;
}

/**
 * Searches all free text for personal data. The database selects the rows that may contain some, first by a fast pattern,
 * then by an exact one. The few selected rows are examined here.
 */
export async function scanFreeText({ snapshot }: Pick<Inquiry, "snapshot">): Promise<Scan> {
  const tallies = Object.fromEntries(
    kinds.map((kind): [Kind, Tally] => [kind, { rows: 0, synthetic: 0, samples: [] }]),
  ) as Record<Kind, Tally>;
  const scan: Scan = { tallies, cutShort: [], unread: [], any: false };
  for (const [table, wanted] of Object.entries(freeText)) {
    const present =
      snapshot.columns.missing([`${table}.id`]).length > 0
        ? []
        : wanted.filter((column) => snapshot.columns.isText(`${table}.${column}`));
    scan.unread.push(
      ...wanted.filter((column) => !present.includes(column)).map((column) => `${table}.${column}`),
    );
    if (present.length === 0) continue;
    scan.any = true;
    const rows = await suspiciousRows(snapshot, table, present);
    if (rows.length > MOST_ROWS) scan.cutShort.push(table);
    for (const [row, matches] of matchesIn(rows)) tally(tallies, table, row.id, matches);
  }
  return scan;
}

/** Selects the suspicious rows of a table. Messages are searched only when a pass over them has found a likely text. */
async function suspiciousRows(snapshot: Snapshot, table: string, columns: string[]): Promise<Row[]> {
  if (table === "messages" && snapshot.columns.missing(["messages.content"]).length === 0) {
    if ((await messageProfile(snapshot)).withLikelyPersonal === 0) return [];
  }
  return snapshot.rows<Row>(suspiciousRowsSql(table, columns), snapshot.estimatedRows(table));
}

function suspiciousRowsSql(table: string, columns: string[]): string {
  const names = columns.map(quoteIdentifier);
  const texts = names.map((name) => `left(${name}, ${MOST_CHARACTERS})`).join(", ");
  const conditions = names.map(
    (name) => `(${name} ~ '${likelyPersonal}' AND ${name} ~* ${quoteLiteral(suspicious).trim()})`,
  );
  return `SELECT id::text AS id, concat_ws(E'\\n', ${texts}) AS text FROM ${table}
WHERE ${conditions.join("\n  OR ")}
LIMIT ${MOST_ROWS + 1}`;
}

function tally(tallies: Record<Kind, Tally>, table: string, id: string, matches: Match[]): void {
  for (const kind of kinds) {
    const values = matches.filter((match) => match.kind === kind).map(({ value }) => value);
    if (values.length === 0) continue;
    const { samples } = tallies[kind];
    tallies[kind].rows++;
    if (values.every((value) => /^(syn|synthetic)_/i.test(value))) tallies[kind].synthetic++;
    if (samples.length < MOST_SAMPLES) samples.push({ table, id, masked: mask(values[0]!) });
  }
}
