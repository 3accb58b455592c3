-- Older programs fold what caps kept from teaching too: their models begin anew.
DELETE FROM replyguard.checkpoints WHERE EXISTS (SELECT 1 FROM replyguard.labels l WHERE l.cap <> 0);
DROP INDEX replyguard.labels_taught_of_network, replyguard.labels_taught_of_author, replyguard.labels_taught_by_key;
ALTER TABLE replyguard.labels DROP COLUMN cap;
ALTER TABLE replyguard.sites DROP COLUMN of_network_max, DROP COLUMN of_author_max, DROP COLUMN by_key_max;
