-- The share of a comment's features that the model had never seen when it came: how new it was. For the measures of drift.
ALTER TABLE replyguard.comments ADD COLUMN novelty real CHECK (novelty BETWEEN 0 AND 1);
