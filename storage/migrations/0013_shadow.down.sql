-- Older programs know neither the cause nor the flag.
DELETE FROM replyguard.queue_items WHERE cause = 6;
DROP INDEX replyguard.queue_items_by_shadow;
DROP INDEX replyguard.queue_items_by_time, replyguard.queue_items_by_uncertainty, replyguard.queue_items_by_usefulness;
CREATE INDEX queue_items_by_time ON replyguard.queue_items (site_id, entered_at, comment_id) WHERE cause <> 5;
CREATE INDEX queue_items_by_uncertainty ON replyguard.queue_items (site_id, uncertainty, entered_at, comment_id)
  WHERE cause <> 5;
CREATE INDEX queue_items_by_usefulness ON replyguard.queue_items (site_id, usefulness, entered_at, comment_id)
  WHERE cause <> 5;
ALTER TABLE replyguard.queue_items DROP CONSTRAINT queue_items_cause_check;
ALTER TABLE replyguard.queue_items ADD CONSTRAINT queue_items_cause_check CHECK (cause BETWEEN 1 AND 5);
ALTER TABLE replyguard.queue_items DROP COLUMN shadow;
DROP TABLE replyguard.shadow_counts;
DROP TABLE replyguard.shadow_verdicts;
DROP TABLE replyguard.shadow_changes;
