ALTER TABLE replyguard.comments ALTER COLUMN assessment_details SET COMPRESSION default;
ALTER TABLE replyguard.comments ALTER COLUMN body SET COMPRESSION default;
ALTER TABLE replyguard.comments ALTER COLUMN assessment_details TYPE jsonb USING assessment_details::jsonb;
