ALTER TABLE replyguard.webhook_redeliveries DROP COLUMN failures, DROP COLUMN due_at;
