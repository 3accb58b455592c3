-- How much a label counts: as so many comments (1 normal, 2 double, 3 triple).
ALTER TABLE replyguard.labels ADD COLUMN weight smallint NOT NULL DEFAULT 1 CHECK (weight BETWEEN 1 AND 3);

-- Of a label that an undo put in force again: who had said it first (as labelled_by), so that it goes when that one is left out.
ALTER TABLE replyguard.labels ADD COLUMN first_by text NOT NULL DEFAULT '';

-- Whether what a rule decides teaches; only rules that decide what a comment is.
ALTER TABLE replyguard.rules ADD COLUMN teaches boolean NOT NULL DEFAULT false,
  ADD CONSTRAINT rules_that_teach_decide CHECK (NOT teaches OR (action <> 2 AND NOT log_only));

-- What each source taught lately: people's labels, and those of rules (by "r:", the site and the rule).
DROP INDEX replyguard.labels_taught_by_key, replyguard.labels_taught_of_author, replyguard.labels_taught_of_network;
CREATE INDEX labels_taught_by_key ON replyguard.labels (site_id, labelled_by, labelled_at)
  WHERE source IN (1, 3) AND label <> 0 AND cap = 0;
CREATE INDEX labels_taught_of_author ON replyguard.labels (site_id, (sample->>'author_hash'), label, labelled_at)
  WHERE source IN (1, 3) AND label <> 0 AND cap = 0;
CREATE INDEX labels_taught_of_network ON replyguard.labels (site_id, (sample->>'ip_hash'), label, labelled_at)
  WHERE source IN (1, 3) AND label <> 0 AND cap = 0;
