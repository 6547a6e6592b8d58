import type { Snapshot } from "../snapshot";

/** The columns that the role may read, as `table.column`. */
export class Columns {
  readonly #texts: ReadonlySet<string>;
  readonly #all: ReadonlySet<string>;

  constructor(columns: { name: string; text: boolean }[]) {
    this.#all = new Set(columns.map(({ name }) => name));
    this.#texts = new Set(columns.filter(({ text }) => text).map(({ name }) => name));
  }

  /** The given columns that do not exist, may not be read, or have another type. */
  missing(needed: readonly string[]): string[] {
    return needed.filter((name) => !this.#all.has(name));
  }

  /** Whether the column can be read as text. */
  isText(name: string): boolean {
    return this.#texts.has(name);
  }
}

/** Read in advance, because a statement that fails ends the transaction of the snapshot. Times must be timestamps. */
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

/** Reads which columns of the chat schema the role may read. */
export async function readableColumns(snapshot: Snapshot): Promise<Columns> {
  return new Columns(await snapshot.rows<{ name: string; text: boolean }>(columnsSql));
}
