DROP FUNCTION replyguard.retire_hmac_key(integer);
ALTER TABLE replyguard.hmac_keys DROP COLUMN retired_at;
