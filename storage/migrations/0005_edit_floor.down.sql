ALTER TABLE replyguard.comments DROP COLUMN edit_floor;
