/** The size of a dataset that SQL creates. The defaults give about ten thousand messages in a fraction of a second. */
export interface ChatDatasetSize {
  users?: number;
  conversations?: number;
  /** The number of messages in the smallest conversation. The average is about 40 times this number. */
  smallest?: number;
}

/**
 * SQL that fills an empty chat schema with rows that pass all eight quality checks. It does not use the generator, so
 * that a defect of the generator cannot hide a defect of the validation.
 *
 * Conversation r of n has `smallest · (n/r)^1.25` messages, which is a power law with exponent 1.8. Ids are `c` and 24
 * digits, in the order of creation. Hours 9-11 and 18-20 have four times as many messages as the others. Every table
 * has at least one row, and message 1 of the dataset has neither an attachment nor a reply.
 */
export function chatDatasetSql({
  users = 50,
  conversations = 200,
  smallest = 3,
}: ChatDatasetSize = {}): string {
  return `
CREATE FUNCTION pg_temp.id(n bigint) RETURNS text LANGUAGE sql IMMUTABLE AS
  $$ SELECT 'c' || lpad(n::text, 24, '0') $$;
-- An even draw from [0, 1), a pure function of a row and a salt.
CREATE FUNCTION pg_temp.draw(n bigint, salt bigint) RETURNS double precision LANGUAGE sql IMMUTABLE AS
  $$ SELECT (hashint8extended(n, salt) & 2147483647) / 2147483648.0 $$;

INSERT INTO users (id, email, username, "createdAt", "updatedAt")
SELECT pg_temp.id(n), CASE n % 2 WHEN 0 THEN 'syn_user' ELSE 'Synthetic_User' END || n || '@example.invalid',
  'syn_' || n, '2025-01-01', '2025-01-01'
FROM generate_series(1, ${users}) n;

INSERT INTO conversations (id, type, "creatorId", "createdAt", "updatedAt")
SELECT pg_temp.id(n), CASE WHEN n % 10 < 7 THEN 'DIRECT_MESSAGE' ELSE 'GROUP_CHAT' END::"ConversationType",
  pg_temp.id(1 + n % ${users}), '2025-01-02', '2025-01-02'
FROM generate_series(1, ${conversations}) n;

INSERT INTO conversation_users (id, "userId", "conversationId", "updatedAt")
SELECT pg_temp.id(2 * n + member), pg_temp.id(1 + (n + member) % ${users}), pg_temp.id(n), '2025-01-02'
FROM generate_series(1, ${conversations}) n, generate_series(0, 1) member;

CREATE TEMPORARY TABLE post AS
SELECT row_number() OVER (ORDER BY at, n) AS n, room, at
FROM (
  SELECT n, room, timestamp '2025-02-01' + make_interval(
    days => (pg_temp.draw(n, 1) * 90)::int,
    hours => ('{0,1,2,3,4,5,6,7,8,12,13,14,15,16,17,21,22,23,9,9,9,9,10,10,10,10,11,11,11,11,18,18,18,18,19,19,19,19,20,20,20,20}'::int[])[1 + floor(pg_temp.draw(n, 2) * 42)::int],
    secs => (pg_temp.draw(n, 3) * 3600000)::int % 3600000 / 1000.0) AS at
  FROM (
    SELECT row_number() OVER () AS n, room
    FROM generate_series(1, ${conversations}) room,
      generate_series(1, floor(${smallest} * power(${conversations}::float / room, 1.25))::int)
  ) numbered
) timed;

INSERT INTO messages (id, content, type, "replyToId", "createdAt", "updatedAt", "senderId", "conversationId")
SELECT pg_temp.id(n), repeat('quiet river ', 1 + floor(20 * pg_temp.draw(n, 4))::int),
  CASE WHEN n % 20 < 17 THEN 'TEXT' WHEN n % 20 < 19 THEN 'IMAGE' ELSE 'FILE' END::"MessageType",
  CASE WHEN n % 10 = 2 THEN pg_temp.id(1 + floor(pg_temp.draw(n, 5) * (n - 1))::bigint) END,
  at, at, pg_temp.id(1 + (room + floor(2 * pg_temp.draw(n, 6))::int) % ${users}), pg_temp.id(room)
FROM post ORDER BY n;

INSERT INTO attachments (id, filename, "originalName", "mimeType", size, url, type, "uploaderId", "messageId", "updatedAt")
SELECT id, 'f', 'f', 'image/png', 1, 'https://files.example.invalid/f', 'IMAGE', "senderId", id, "createdAt"
FROM messages WHERE type <> 'TEXT';

INSERT INTO message_reads (id, "userId", "messageId", "updatedAt")
SELECT id, "senderId", id, "createdAt" FROM messages WHERE right(id, 1) = '3';

DROP TABLE post;
`;
}
