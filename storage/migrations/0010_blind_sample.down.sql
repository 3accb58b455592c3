-- Older programs would show what the machine said of items drawn blind: these leave the queue, and stay as they were decided.
DELETE FROM replyguard.queue_items WHERE cause = 5;
DROP INDEX replyguard.queue_items_by_time, replyguard.queue_items_by_uncertainty, replyguard.queue_items_by_usefulness,
  replyguard.queue_items_blind;
CREATE INDEX queue_items_by_time ON replyguard.queue_items (site_id, entered_at, comment_id);
CREATE INDEX queue_items_by_uncertainty ON replyguard.queue_items (site_id, uncertainty, entered_at, comment_id);
ALTER TABLE replyguard.queue_items DROP COLUMN usefulness;
DROP TABLE replyguard.blind_samples;
