-- Whether a site gives to and takes from what all sites together know of spam. Each row of the label log says what held then,
-- so that every replica folds alike; rows from before this said nothing and share nothing.
ALTER TABLE replyguard.sites ADD COLUMN shared_learning boolean NOT NULL DEFAULT true;
ALTER TABLE replyguard.labels ADD COLUMN shares boolean NOT NULL DEFAULT false;

-- Source 4 is a change of that setting: a row that labels nothing, so that it takes effect at once.
ALTER TABLE replyguard.labels DROP CONSTRAINT labels_source_check, DROP CONSTRAINT labels_check;
ALTER TABLE replyguard.labels
  ADD CONSTRAINT labels_source_check CHECK (source BETWEEN 1 AND 4),
  ADD CONSTRAINT labels_check CHECK ((source = 4) = (label = 0 AND previous_label = 0));

-- A stored model fits only the starter model that it began with (0: none).
ALTER TABLE replyguard.checkpoints ADD COLUMN starter bigint NOT NULL DEFAULT 0;
ALTER TABLE replyguard.checkpoints DROP CONSTRAINT checkpoints_extractor_version_position_epoch_key;
ALTER TABLE replyguard.checkpoints ADD CONSTRAINT checkpoints_of_a_model UNIQUE (extractor_version, starter, position, epoch);
