ALTER TABLE replyguard.api_keys DROP COLUMN last_used_at;
