DROP INDEX replyguard.labels_by_import;
ALTER TABLE replyguard.labels DROP COLUMN import_id;
-- Older programs know no imports to leave out: what such a generation would do they cannot.
UPDATE replyguard.generations SET excluded = ARRAY(SELECT e FROM unnest(excluded) e WHERE e NOT LIKE '%/%');
