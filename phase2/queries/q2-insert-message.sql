-- name: Q2
-- title: insert a message
-- target: 100 ms
-- parameters: message
-- Each message has a time of its own, as in transactions of their own: now() is the same throughout one.
INSERT INTO messages (id, "senderId", "conversationId", content, "createdAt", "updatedAt")
VALUES ($1, $2, $3, 'Sounds good, see you at the station at half past seven then.', clock_timestamp(), clock_timestamp());
