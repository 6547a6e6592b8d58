-- The indexes of phase 2. Built while the application goes on writing; what is there already is left alone:
--
--   psql "$MIGRATION_DATABASE_URL" -f phase2/phase-2-indexes.sql
--
-- `npm run verify-indexes` reads its statements CREATE INDEX and DROP INDEX from here.

\set ON_ERROR_STOP on
SET statement_timeout = 0;

-- A build that failed leaves an invalid index, which IF NOT EXISTS takes for a good one. One that somebody is building
-- at this moment is invalid too, and is not touched.
SELECT format('DROP INDEX CONCURRENTLY %s', i.indexrelid::regclass)
FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
WHERE NOT i.indisvalid
  AND c.relnamespace = 'public'::regnamespace
  AND c.relname IN ('messages_conversationId_createdAt_idx', 'conversation_users_userId_isActive_idx', 'conversations_updatedAt_idx')
  AND NOT EXISTS (SELECT FROM pg_stat_progress_create_index p WHERE p.index_relid = i.indexrelid)
\gexec

CREATE INDEX CONCURRENTLY IF NOT EXISTS "messages_conversationId_createdAt_idx"
  ON public.messages ("conversationId", "createdAt" DESC);

CREATE INDEX CONCURRENTLY IF NOT EXISTS "conversation_users_userId_isActive_idx"
  ON public.conversation_users ("userId", "isActive") INCLUDE ("conversationId");

CREATE INDEX CONCURRENTLY IF NOT EXISTS "conversations_updatedAt_idx"
  ON public.conversations ("updatedAt" DESC);
