-- Older programs cannot fold generations with a base: the first one answers instead of an active one that has one, and of their
-- operations only that they were is kept.
DROP INDEX replyguard.operations_by_request_id;
ALTER TABLE replyguard.operations DROP COLUMN request_id;
UPDATE replyguard.operations SET generation = NULL, activation = NULL WHERE generation IN
  (SELECT generation FROM replyguard.generations WHERE base IS NOT NULL) OR activation IN
  (SELECT a.activation FROM replyguard.activations a JOIN replyguard.generations g USING (generation)
   WHERE g.base IS NOT NULL);
DELETE FROM replyguard.operations WHERE kind > 3;
DELETE FROM replyguard.shadow_changes WHERE generation IN
  (SELECT generation FROM replyguard.generations WHERE base IS NOT NULL);
DELETE FROM replyguard.activation_refusals r USING replyguard.generations g
WHERE g.base IS NOT NULL AND g.generation IN (r.generation, r.active);
DELETE FROM replyguard.checkpoints WHERE generation IN
  (SELECT generation FROM replyguard.generations WHERE base IS NOT NULL);
UPDATE replyguard.activations SET generation = 1 WHERE generation IN
  (SELECT generation FROM replyguard.generations WHERE base IS NOT NULL);
DELETE FROM replyguard.generations WHERE base IS NOT NULL;
ALTER TABLE replyguard.generations DROP COLUMN base;
DROP TABLE replyguard.model_upload_pieces;
DROP TABLE replyguard.model_uploads;
DROP TABLE replyguard.model_bases;
