import type { Snapshot } from "../snapshot";

/** The columns that this role may read, as `table.column`. */
export class Columns {
  readonly #texts: ReadonlySet<string>;
  readonly #all: ReadonlySet<string>;

  constructor(columns: { name: string; text: boolean }[]) {
    this.#all = new Set(columns.map(({ name }) => name));
    this.#texts = new Set(columns.filter(({ text }) => text).map(({ name }) => name));
  }

  /** Those of the given columns that are not there, may not be read, or are of another type. */
  missing(needed: readonly string[]): string[] {
    return needed.filter((name) => !this.#all.has(name));
  }

  /** Whether it can be read as text. */
  isText(name: string): boolean {
    return this.#texts.has(name);
  }
}

/** Asked beforehand, because a statement that fails ends the snapshot's transaction. Times must be timestamps. */
const columnsSql = `
SELECT class.relname || '.' || attname AS name, typcategory = 'S' AS text
FROM pg_class AS class
  JOIN pg_attribute ON attrelid = class.oid
  JOIN pg_type ON pg_type.oid = atttypid
WHERE pg_table_is_visible(class.oid) AND relkind IN ('r', 'p', 'v', 'm', 'f')
  AND relname IN ('users', 'conversations', 'conversation_users', 'messages', 'attachments', 'message_reads')
  AND attnum > 0 AND NOT attisdropped AND has_column_privilege(class.oid, attnum, 'SELECT')
  AND (attname NOT LIKE '%At' OR typname IN ('timestamp', 'timestamptz'))
  AND (attname <> 'content' OR typcategory = 'S')`;

export async function readableColumns(snapshot: Snapshot): Promise<Columns> {
  return new Columns(await snapshot.rows<{ name: string; text: boolean }>(columnsSql));
}
