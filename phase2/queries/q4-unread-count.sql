-- name: Q4
-- title: unread messages of a user in a conversation
-- target: 30 ms
-- parameters: member
SELECT count(*)
FROM messages m
LEFT JOIN message_reads r ON r."messageId" = m.id AND r."userId" = $1
WHERE m."conversationId" = $2 AND m."senderId" <> $1 AND r.id IS NULL;
