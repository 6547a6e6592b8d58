-- name: Q6
-- title: active members of a conversation with username and picture
-- target: 20 ms
-- parameters: conversation
SELECT u.id, u.username, u."profileImageUrl", cu.role
FROM conversation_users cu
JOIN users u ON u.id = cu."userId"
WHERE cu."conversationId" = $1 AND cu."isActive" = true;
