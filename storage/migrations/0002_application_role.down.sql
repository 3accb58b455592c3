-- The role stays: other databases of the cluster may use it.
DROP FUNCTION replyguard.blank_erased_samples(timestamptz, integer);
REVOKE ALL ON ALL TABLES IN SCHEMA replyguard FROM replyguard_app;
REVOKE USAGE ON SCHEMA replyguard FROM replyguard_app;
