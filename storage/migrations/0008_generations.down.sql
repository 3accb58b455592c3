-- Older programs know one generation.
DELETE FROM replyguard.checkpoints WHERE generation <> 1;
ALTER TABLE replyguard.checkpoints DROP CONSTRAINT checkpoints_of_a_model;
ALTER TABLE replyguard.checkpoints ADD CONSTRAINT checkpoints_of_a_model UNIQUE (extractor_version, starter, position, epoch);
ALTER TABLE replyguard.checkpoints DROP COLUMN generation;
DROP TABLE replyguard.activations;
DROP TABLE replyguard.generations;
