-- name: Q1b
-- title: latest 100 messages of a conversation
-- target: 50 ms
-- parameters: conversation
SELECT id, content, type, status, "isEdited", "isDeleted", "replyToId", "senderId", "createdAt"
FROM messages
WHERE "conversationId" = $1
ORDER BY "createdAt" DESC
LIMIT 100;
