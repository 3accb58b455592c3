-- The mildest status to which an edit may lead while the machine decides: what a person or a rule refused is not undone by
-- trying texts, however often. 2 (approved) is no bound. Set by edits alone; decisions need not touch it, as a person's own
-- status stands above it.
ALTER TABLE replyguard.comments
  ADD COLUMN edit_floor smallint NOT NULL DEFAULT 2 CHECK (edit_floor BETWEEN 1 AND 4);
