ALTER TABLE replyguard.label_head DROP COLUMN newest_at;
ALTER TABLE replyguard.site_heads DROP COLUMN newest_at;
