-- Older programs know no starter model: what began with one is not theirs.
DELETE FROM replyguard.checkpoints WHERE starter <> 0;
ALTER TABLE replyguard.checkpoints DROP CONSTRAINT checkpoints_of_a_model;
ALTER TABLE replyguard.checkpoints
  ADD CONSTRAINT checkpoints_extractor_version_position_epoch_key UNIQUE (extractor_version, position, epoch);
ALTER TABLE replyguard.checkpoints DROP COLUMN starter;

-- Rows of source 4 stay, as the log has no gaps; to an older program they change nothing.
ALTER TABLE replyguard.labels DROP CONSTRAINT labels_source_check, DROP CONSTRAINT labels_check;
ALTER TABLE replyguard.labels
  ADD CONSTRAINT labels_source_check CHECK (source BETWEEN 1 AND 3) NOT VALID,
  ADD CONSTRAINT labels_check CHECK (label <> 0 OR previous_label <> 0) NOT VALID;
ALTER TABLE replyguard.labels DROP COLUMN shares;
ALTER TABLE replyguard.sites DROP COLUMN shared_learning;
