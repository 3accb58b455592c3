ALTER TABLE replyguard.api_keys DROP COLUMN calls_per_second, DROP COLUMN calls_burst;
