/** A kind of id in a chat database of somebody else. */
export interface IdKind {
  /** The SQL type of the ids. */
  type: string;
  /** The SQL expression of the n-th id, from the integer `n`. */
  nth: string;
}

const hash = "md5('id' || n)";
const uuid = (version: number, hex: string): string =>
  `overlay(overlay((${hex}) placing '${version}' from 13) placing 'a' from 17)::uuid`;

export const idKinds = {
  integer: { type: "integer", nth: "n::integer" },
  bigint: { type: "bigint", nth: "1234567890123 + n" },
  "UUID version 4": { type: "uuid", nth: uuid(4, hash) },
  "UUID version 4 as text": { type: "text", nth: `${uuid(4, hash)}::text` },
  "UUID version 7": { type: "uuid", nth: uuid(7, `lpad(to_hex(n), 12, '0') || left(${hash}, 20)`) },
  cuid2: { type: "varchar(24)", nth: `chr(97 + (n % 26)::int) || left(${hash}, 23)` },
  nanoid: { type: "text", nth: `left(translate(encode(sha256(n::text::bytea), 'base64'), '+/', '-_'), 21)` },
} satisfies Record<string, IdKind>;

/**
 * SQL that creates a chat database with the minimum that the checks need, in an empty schema: three tables, no enums,
 * no foreign keys, columns that may be NULL except the ids, times with time zone. Its rows pass all checks.
 *
 * @param partitioned whether messages are partitioned by time
 */
export function otherChatSql({ type, nth }: IdKind = idKinds.integer, partitioned = false): string {
  const id = (n: string): string => `pg_temp.id((${n})::bigint)`;
  return `
CREATE FUNCTION pg_temp.id(n bigint) RETURNS ${type} LANGUAGE sql IMMUTABLE AS $$ SELECT ${nth} $$;
CREATE TABLE users (id ${type} PRIMARY KEY, email text);
CREATE TABLE conversations (id ${type} PRIMARY KEY, type text, "creatorId" ${type}, "createdAt" timestamptz);
CREATE TABLE messages (id ${type}, "conversationId" ${type}, "senderId" ${type}, type text, content text,
  "createdAt" timestamptz, PRIMARY KEY (id${partitioned ? ', "createdAt"' : ""}))${partitioned ? ' PARTITION BY RANGE ("createdAt")' : ""};
${
  partitioned
    ? `CREATE TABLE messages_early PARTITION OF messages FOR VALUES FROM (MINVALUE) TO ('2025-06-01');
CREATE TABLE messages_late PARTITION OF messages FOR VALUES FROM ('2025-06-01') TO (MAXVALUE);`
    : ""
}
INSERT INTO users SELECT ${id("n")}, 'syn_' || n || '@example.invalid' FROM generate_series(1, 20) n;
INSERT INTO conversations SELECT ${id("n")}, CASE n % 3 WHEN 0 THEN 'channel' ELSE 'private' END, ${id("n % 20 + 1")}, '2025-01-01Z'
FROM generate_series(1, 100) n;
INSERT INTO messages
SELECT ${id("n")}, ${id("room")}, ${id("room % 20 + 1")}, CASE n % 4 WHEN 0 THEN 'photo' ELSE 'plain' END, 'hello',
  '2025-02-01Z'::timestamptz + n / 10 * interval '24 hours' + ('{1,5,9,9,9,10,13,18,18,19}'::int[])[n % 10 + 1] * interval '1 hour'
FROM (
  SELECT row_number() OVER (ORDER BY md5(room || ':' || i)) AS n, room
  FROM generate_series(1, 100) room, generate_series(1, floor(3 * power(100.0 / room, 1.25))::int) i
) AS numbered;
GRANT SELECT ON ALL TABLES IN SCHEMA public TO PUBLIC;
`;
}
