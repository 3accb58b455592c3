-- When a key was last used, to about five minutes: so that a rotation sees who still calls with the old one.
ALTER TABLE replyguard.api_keys ADD COLUMN last_used_at timestamptz;
