-- name: Q3
-- title: 20 most recently updated active conversations of a user
-- target: 75 ms
-- parameters: user
SELECT c.id, c.name, c.type, c."avatarUrl", c."lastMessageId", c."lastMessageAt", c."updatedAt"
FROM conversation_users cu
JOIN conversations c ON c.id = cu."conversationId"
WHERE cu."userId" = $1 AND cu."isActive" = true AND c."isActive" = true
ORDER BY c."updatedAt" DESC
LIMIT 20;
