import type { Client } from "pg";
import { tableNames, type TableName } from "../tables";

/** A column as the database describes it. For a domain, type and length are those of its base type. */
export interface ColumnInfo {
  name: string;
  /** The name in `pg_type`, e.g. `varchar`. */
  type: string;
  /** The type as SQL text with its modifiers, e.g. `character varying(20)`. */
  described: string;
  /** The most characters of a `varchar` or `bpchar`. */
  length: number | null;
  /** The digits of a `numeric` before its decimal point, or null when it has no limit. */
  digits: number | null;
  /** The function that gives a value in its binary form, as SQL text. */
  send: string;
  /** The labels of an enum, in their order. */
  labels: string[] | null;
  /** Whether the type is an array. */
  array: boolean;
  domain: boolean;
  notNull: boolean;
  hasDefault: boolean;
  /** Whether the default calls a function, such as nextval, that gives each row another value. */
  computedDefault: boolean;
  identity: boolean;
  generated: boolean;
}

/** A unique index. `columns` has null for an expression. */
export interface UniqueInfo {
  name: string;
  columns: (string | null)[];
  /** Whether it covers only a part of the rows. */
  partial: boolean;
}

export interface ForeignKeyInfo {
  name: string;
  columns: string[];
  /** The table it refers to, with its schema unless that is the schema of the chat tables. */
  target: string;
  targetColumns: string[];
}

export interface CheckInfo {
  name: string;
  expression: string;
  columns: string[];
}

export interface PartitionsInfo {
  /** `r` by range, `h` by hash, `l` by list. */
  strategy: string;
  /** The first column of the key; null for an expression. */
  column: string | null;
  /** The bounds of each partition, as the database writes them. */
  bounds: string[];
}

/** A table, or whatever else has its name, as the database describes it. */
export interface TableInfo {
  /** `pg_class.relkind`: r table, p partitioned table, v view, m materialized view, f foreign table. */
  kind: string;
  /** Whether policies hide or refuse rows for the role of this session. */
  rowSecurity: boolean;
  isPartition: boolean;
  /** How a partitioned table is divided; null for every other table. */
  partitions: PartitionsInfo | null;
  hasChildren: boolean;
  /** The triggers that run for each inserted row. */
  triggers: string[];
  /** The rules that replace or accompany an INSERT. */
  rules: string[];
  columns: ColumnInfo[];
  uniques: UniqueInfo[];
  foreignKeys: ForeignKeyInfo[];
  checks: CheckInfo[];
}

/** The six tables as they are. A missing table has no entry. */
export type Catalogue = Partial<Record<TableName, TableInfo>>;

/** The names of a constraint's columns, in the order of the constraint. */
const namesOf = (relation: string, numbers: string): string =>
  `(SELECT coalesce(json_agg(attname ORDER BY place), '[]') FROM unnest(${numbers}) WITH ORDINALITY AS k (number, place)
    JOIN pg_attribute ON attrelid = ${relation} AND attnum = number)`;

const COLUMNS = `
  SELECT json_agg(json_build_object('name', a.attname, 'type', base.typname,
      'described', format_type(base.oid, base.modifier), 'array', base.typcategory = 'A',
      'length', CASE WHEN base.typname IN ('varchar', 'bpchar') AND base.modifier > 4 THEN base.modifier - 4 END,
      'digits', CASE WHEN base.typname = 'numeric' AND base.modifier > 4 THEN ((base.modifier - 4) >> 16)
                       - ((base.modifier - 4) & 65535) END,
      'send', base.typsend::regproc::text,
      'labels', (SELECT json_agg(enumlabel ORDER BY enumsortorder) FROM pg_enum WHERE enumtypid = base.oid),
      'domain', t.typtype = 'd', 'notNull', a.attnotnull OR base.not_null,
      'hasDefault', a.atthasdef AND a.attgenerated = '' OR t.typdefault IS NOT NULL,
      'computedDefault', EXISTS (SELECT FROM pg_attrdef d WHERE d.adrelid = c.oid AND d.adnum = a.attnum
        AND pg_get_expr(d.adbin, d.adrelid) ~ '\\w\\(' AND pg_get_expr(d.adbin, d.adrelid) !~ '^(now|lower|upper|left)\\('),
      'identity', a.attidentity <> '', 'generated', a.attgenerated <> '') ORDER BY a.attnum)
  FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid CROSS JOIN LATERAL (
    WITH RECURSIVE bases AS (
      SELECT t.oid, t.typname, t.typcategory, t.typsend, t.typbasetype, t.typtypmod, a.atttypmod AS modifier, t.typnotnull AS not_null
      UNION ALL
      SELECT b.oid, b.typname, b.typcategory, b.typsend, b.typbasetype, b.typtypmod,
             CASE WHEN bases.modifier = -1 THEN bases.typtypmod ELSE bases.modifier END, bases.not_null OR b.typnotnull
      FROM bases JOIN pg_type b ON b.oid = bases.typbasetype)
    SELECT * FROM bases WHERE typbasetype = 0) base
  WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped`;

const UNIQUES = `
  SELECT coalesce(json_agg(json_build_object('name', i.indexrelid::regclass::text, 'partial', i.indpred IS NOT NULL,
      'columns', (SELECT json_agg(attname ORDER BY place)
                  FROM unnest(i.indkey) WITH ORDINALITY AS k (number, place)
                  LEFT JOIN pg_attribute ON attrelid = c.oid AND attnum = number AND number > 0
                  WHERE place <= i.indnkeyatts))), '[]')
  FROM pg_index i WHERE i.indrelid = c.oid AND i.indisunique`;

const FOREIGN_KEYS = `
  SELECT coalesce(json_agg(json_build_object('name', conname, 'columns', ${namesOf("conrelid", "conkey")},
      'target', confrelid::regclass::text, 'targetColumns', ${namesOf("confrelid", "confkey")}) ORDER BY conname), '[]')
  FROM pg_constraint WHERE conrelid = c.oid AND contype = 'f' AND convalidated`;

const CHECKS = `
  SELECT coalesce(json_agg(json_build_object('name', conname, 'columns', ${namesOf("conrelid", "conkey")},
      'expression', pg_get_expr(conbin, conrelid)) ORDER BY conname), '[]')
  FROM pg_constraint WHERE conrelid = c.oid AND contype = 'c'`;

const PARTITIONS = `
  SELECT json_build_object('strategy', p.partstrat,
      'column', (SELECT attname FROM pg_attribute WHERE attrelid = c.oid AND attnum = p.partattrs[0]),
      'bounds', (SELECT coalesce(json_agg(pg_get_expr(b.relpartbound, b.oid)), '[]')
                 FROM pg_inherits JOIN pg_class b ON b.oid = inhrelid WHERE inhparent = c.oid))
  FROM pg_partitioned_table p WHERE p.partrelid = c.oid`;

/** `tgtype` has the bits 1 for each row, 4 for INSERT. `ev_type` 3 is INSERT. O and A are active in ordinary sessions. */
const SELECT_TABLES = `
  SELECT name, c.relkind AS kind, c.relispartition AS "isPartition", c.relkind = 'r' AND c.relhassubclass AS "hasChildren",
    CASE WHEN c.relkind IN ('r', 'p') THEN row_security_active(c.oid) ELSE false END AS "rowSecurity",
    ARRAY(SELECT tgname::text FROM pg_trigger WHERE tgrelid = c.oid AND NOT tgisinternal AND tgenabled IN ('O', 'A')
          AND tgtype & 5 = 5 ORDER BY 1) AS triggers,
    ARRAY(SELECT rulename::text FROM pg_rewrite WHERE ev_class = c.oid AND ev_type = '3' AND ev_enabled IN ('O', 'A')
          ORDER BY 1) AS rules,
    (${PARTITIONS}) AS partitions, (${COLUMNS}) AS columns, (${UNIQUES}) AS uniques, (${FOREIGN_KEYS}) AS "foreignKeys", (${CHECKS}) AS checks
  FROM unnest($1::text[]) AS name JOIN pg_class c ON c.oid = to_regclass(quote_ident(name))`;

/** Reads what the database has under the names of the six tables. */
export async function readCatalogue(client: Client): Promise<Catalogue> {
  const { rows } = await client.query<TableInfo & { name: TableName }>(SELECT_TABLES, [tableNames]);
  return Object.fromEntries(rows.map(({ name, ...table }) => [name, table]));
}
