-- Which import wrote a label; empty for none. An import is a name within a site: whatever carries it can be counted, and left out
-- by a generation, as a whole.
ALTER TABLE replyguard.labels ADD COLUMN import_id text COLLATE "C" NOT NULL DEFAULT ''
  CHECK (import_id ~ '^[A-Za-z0-9._-]{0,63}$');
CREATE INDEX labels_by_import ON replyguard.labels (site_id, import_id, position) WHERE import_id <> '';
