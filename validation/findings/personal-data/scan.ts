import { quoteIdentifier, quoteLiteral } from "../../../postgres/connection";
import { mask, MOST_SAMPLES, type Inquiry } from "../question";
import type { Finding } from "../finding";
import { kinds, personalDataIn, suspicious, type Kind, type Match } from "./patterns";

/** Columns that hold what people write, or names that they give. */
const freeText: Record<string, readonly string[]> = {
  users: ["email", "username", "firstName", "lastName", "bio"],
  conversations: ["name", "description"],
  messages: ["content"],
  attachments: ["originalName"],
};

/** Rows of a table that are read at most, and characters of a column: 50 MB of memory at worst. */
const MOST_ROWS = 10_000;
const MOST_CHARACTERS = 5000;

/** Every kind has an `@` or a long number. Hardly any text does, and without a look ahead the question costs a third. */
const likely = "@|[0-9][0-9 ()./-]{6}";

/** How many rows hold one kind of personal data. */
export interface Tally {
  rows: number;
  /** Of these, rows whose addresses all begin with `syn_` or `synthetic_`. */
  synthetic: number;
  samples: Finding["samples"];
}

export interface Scan {
  tallies: Record<Kind, Tally>;
  /** Tables whose further suspicious rows were not read. */
  cutShort: string[];
  /** Columns that there are none of. */
  unread: string[];
  /** Whether any column could be read. */
  any: boolean;
}

interface Row {
  id: string;
  text: string;
}

/** What was found in the rows of an answer, which a snapshot keeps. */
const known = new WeakMap<Row[], [Row, Match[]][]>();

function matchesIn(rows: Row[]): [Row, Match[]][] {
  const matches = known.get(rows) ?? rows.map((row): [Row, Match[]] => [row, personalDataIn(row.text)]);
  known.set(rows, matches);
  return matches;
}

/**
 * The database tells the rows that may hold personal data, first by a glance, then by what each kind has at least; the
 * few that are left are looked at here. The statements are answered once in a snapshot.
 */
export async function scanFreeText({ snapshot, columns }: Inquiry): Promise<Scan> {
  const tallies = Object.fromEntries(
    kinds.map((kind): [Kind, Tally] => [kind, { rows: 0, synthetic: 0, samples: [] }]),
  ) as Record<Kind, Tally>;
  const scan: Scan = { tallies, cutShort: [], unread: [], any: false };
  for (const [table, wanted] of Object.entries(freeText)) {
    const present =
      columns.missing([`${table}.id`]).length > 0
        ? []
        : wanted.filter((column) => columns.isText(`${table}.${column}`));
    scan.unread.push(
      ...wanted.filter((column) => !present.includes(column)).map((column) => `${table}.${column}`),
    );
    if (present.length === 0) continue;
    scan.any = true;
    const rows = await snapshot.rows<Row>(suspiciousRowsSql(table, present));
    if (rows.length > MOST_ROWS) scan.cutShort.push(table);
    for (const [row, matches] of matchesIn(rows)) tally(tallies, table, row.id, matches);
  }
  return scan;
}

function suspiciousRowsSql(table: string, columns: string[]): string {
  const names = columns.map(quoteIdentifier);
  const texts = names.map((name) => `left(${name}, ${MOST_CHARACTERS})`).join(", ");
  const conditions = names.map(
    (name) => `(${name} ~ '${likely}' AND ${name} ~* ${quoteLiteral(suspicious).trim()})`,
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
