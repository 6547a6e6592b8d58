import type { Pass } from "../pass";
import { rounded } from "../privacy";

const names = [
  "users",
  "conversations",
  "conversation_users",
  "messages",
  "attachments",
  "message_reads",
] as const;

const correlation = (column: string): string =>
  `(SELECT ${rounded("correlation")} FROM pg_stats WHERE schemaname = n.nspname AND tablename = 'messages' AND attname = '${column}')`;

/** The numbers of rows, and how the messages lie on disk. */
export const tables: Pass = {
  title: "tables",
  tables: `
heap AS (
  SELECT c.*, n.nspname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.oid = 'messages'::regclass
)`,
  lines: [
    ...names.map(
      (name) =>
        `SELECT json_build_object('table', '${name}', 'rows', ${rounded("count(*)")})::text AS line FROM ${name}`,
    ),
    `SELECT json_build_object('physical', json_build_object(
  'bytesPerRow', ${rounded("pg_table_size(oid) / nullif(reltuples, 0)")},
  'allVisible', ${rounded("relallvisible / nullif(relpages, 0)::numeric")},
  'deadRows', (SELECT ${rounded("s.n_dead_tup / nullif(s.n_live_tup + s.n_dead_tup, 0)::numeric")}
    FROM pg_stat_user_tables s WHERE s.relid = n.oid),
  'correlationOfCreatedAt', ${correlation("createdAt")}, 'correlationOfConversationId', ${correlation("conversationId")}))::text
FROM heap n`,
  ],
};
