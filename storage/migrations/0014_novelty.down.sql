ALTER TABLE replyguard.comments DROP COLUMN novelty;
