-- Older programs count every label once.
DROP INDEX replyguard.labels_taught_by_key, replyguard.labels_taught_of_author, replyguard.labels_taught_of_network;
CREATE INDEX labels_taught_by_key ON replyguard.labels (site_id, labelled_by, labelled_at)
  WHERE source = 1 AND label <> 0 AND cap = 0;
CREATE INDEX labels_taught_of_author ON replyguard.labels (site_id, (sample->>'author_hash'), label, labelled_at)
  WHERE source = 1 AND label <> 0 AND cap = 0;
CREATE INDEX labels_taught_of_network ON replyguard.labels (site_id, (sample->>'ip_hash'), label, labelled_at)
  WHERE source = 1 AND label <> 0 AND cap = 0;
ALTER TABLE replyguard.rules DROP CONSTRAINT rules_that_teach_decide, DROP COLUMN teaches;
ALTER TABLE replyguard.labels DROP COLUMN first_by, DROP COLUMN weight;
-- Stored models counted weighted labels so.
DELETE FROM replyguard.checkpoints;
