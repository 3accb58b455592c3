DROP FUNCTION replyguard.blank_notes(bigint, uuid);
