-- name: Q2
-- title: insert a message
-- target: 100 ms
-- parameters: message
INSERT INTO messages (id, "senderId", "conversationId", content, "updatedAt")
VALUES ($1, $2, $3, 'Sounds good, see you at the station at half past seven then.', now());
