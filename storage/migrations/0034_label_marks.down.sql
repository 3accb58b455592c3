ALTER TABLE replyguard.checkpoints DROP COLUMN mark;
ALTER TABLE replyguard.labels DROP COLUMN mark;
