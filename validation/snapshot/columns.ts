/** What the server says about a column. */
export interface ColumnRow {
  /** The column as `table.column`. */
  name: string;
  /** Whether the role may read it. */
  readable: boolean;
  /** The name of its type. For a domain, of the type below it. */
  type: string;
  /** The category of its type, `S` for texts. */
  category: string;
  /** Whether a B-tree index that has all its values begins with it. */
  indexed: boolean;
  /** Whether such an index keeps any two rows from having the same value. */
  unique: boolean;
}

/** The types of a time. Columns whose names end in `At` are times. */
const timeTypes = ["timestamp", "timestamptz", "date"];
const integerTypes = ["int2", "int4", "int8"];

/** The columns of the chat tables, which are read before anything else, because a statement that fails ends the snapshot. */
export class Columns {
  readonly #columns: ReadonlyMap<string, ColumnRow>;

  /** @param columns the columns of all tables that are visible without a schema name */
  constructor(columns: readonly ColumnRow[]) {
    this.#columns = new Map(columns.map((column) => [column.name, column]));
  }

  /** Whether the database has a column, whatever its type, and whether or not the role may read it. */
  exists(name: string): boolean {
    return this.#columns.has(name);
  }

  /** The given columns that do not exist, may not be read, or have another type than a time or a text must have. */
  missing(needed: readonly string[]): string[] {
    return needed.filter((name) => {
      const column = this.#columns.get(name);
      if (!column?.readable) return true;
      if (name === "messages.content") return column.category !== "S";
      return name.endsWith("At") && !timeTypes.includes(column.type);
    });
  }

  /** Whether the column can be read as text. */
  isText(name: string): boolean {
    const column = this.#columns.get(name);
    return column?.readable === true && column.category === "S";
  }

  /** Whether the server can compare the values of two columns. */
  comparable(a: string, b: string): boolean {
    const [one, other] = [this.#columns.get(a), this.#columns.get(b)];
    if (one === undefined || other === undefined) return false;
    if (one.type === other.type) return true;
    const both = (is: (column: ColumnRow) => boolean): boolean => is(one) && is(other);
    return both(({ category }) => category === "S") || both(({ type }) => integerTypes.includes(type));
  }

  /** Whether an index leads from the column's values to the rows. */
  isIndexed(name: string): boolean {
    return this.#columns.get(name)?.indexed === true;
  }

  /** Whether an index keeps any two rows from having the same value. */
  isUnique(name: string): boolean {
    return this.#columns.get(name)?.unique === true;
  }
}

/**
 * The columns of all tables that are visible without a schema name. An index without the rows whose value is NULL counts
 * as one that has all values.
 */
export const columnsSql = `
SELECT class.relname || '.' || attname AS name, has_column_privilege(class.oid, attnum, 'SELECT') AS readable,
  coalesce(base.typname, type.typname) AS type, type.typcategory AS category, coalesce(index.indexed, false) AS indexed,
  coalesce(index."unique", false) AS "unique"
FROM pg_class AS class
  JOIN pg_attribute AS attribute ON attrelid = class.oid
  JOIN pg_type AS type ON type.oid = atttypid LEFT JOIN pg_type AS base ON base.oid = type.typbasetype
  LEFT JOIN LATERAL (
    SELECT bool_or(indpred IS NULL OR pg_get_expr(indpred, indrelid) = format('(%I IS NOT NULL)', attname)) AS indexed,
      bool_or(indisunique AND indnkeyatts = 1 AND indpred IS NULL) AS "unique"
    FROM pg_index JOIN pg_class AS relation ON relation.oid = indexrelid JOIN pg_am ON pg_am.oid = relam
    WHERE indrelid = class.oid AND indkey[0] = attnum AND indisvalid AND amname = 'btree'
  ) AS index ON true
WHERE pg_table_is_visible(class.oid) AND relkind IN ('r', 'p', 'v', 'm', 'f') AND attnum > 0 AND NOT attisdropped
  AND class.relname IN ('users', 'conversations', 'conversation_users', 'messages', 'attachments', 'message_reads')`;

/** The size of a table, as the server estimates it. */
export interface TableSize {
  table: string;
  /** The estimated number of rows. It is 0 before the first ANALYZE and for a view. */
  rows: number;
  /** The pages of a table whose pages can be read in ranges, otherwise 0. */
  pages: number;
}

export const tableSizesSql = `
SELECT relname AS "table", greatest(reltuples, 0)::float8 AS rows,
  CASE WHEN relkind IN ('r', 'm') THEN pg_relation_size(oid) / current_setting('block_size')::int ELSE 0 END AS pages
FROM pg_class
WHERE pg_table_is_visible(oid) AND relkind IN ('r', 'p', 'v', 'm', 'f')
  AND relname IN ('users', 'conversations', 'conversation_users', 'messages', 'attachments', 'message_reads')`;
