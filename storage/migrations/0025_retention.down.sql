DROP FUNCTION replyguard.expire(bigint, smallint, timestamptz, uuid, integer);
DROP FUNCTION replyguard.untie_comments(bigint, boolean, uuid[]);
DROP FUNCTION replyguard.take_comments(bigint, smallint, uuid[]);
DROP FUNCTION replyguard.forget_comments(bigint, uuid[]);
DROP FUNCTION replyguard.first_comment_id(timestamptz);
DROP TABLE replyguard.retention_ages;
ALTER TABLE replyguard.site_heads DROP COLUMN networks_forgotten, DROP COLUMN authors_forgotten;
