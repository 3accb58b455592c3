-- What the application may do: only what it needs, and nothing to the past. Audit trail and label log take new rows and
-- never change; what erasure must change there goes through a function that checks its conditions.

-- Roles belong to the whole cluster: another database's migration may have made it, or be making it now.
DO $$
BEGIN
  CREATE ROLE replyguard_app LOGIN;
EXCEPTION WHEN duplicate_object OR unique_violation THEN
  NULL;
END
$$;

GRANT USAGE ON SCHEMA replyguard TO replyguard_app;

-- Append-only.
GRANT SELECT, INSERT ON replyguard.decisions, replyguard.labels, replyguard.label_erasures, replyguard.hmac_keys
  TO replyguard_app;

-- Never deleted.
GRANT SELECT, INSERT, UPDATE ON replyguard.sites, replyguard.api_keys, replyguard.site_heads, replyguard.threads,
  replyguard.comments TO replyguard_app;
GRANT SELECT, UPDATE ON replyguard.label_head, replyguard.config_head TO replyguard_app;

GRANT SELECT, INSERT, UPDATE, DELETE ON replyguard.queue_items TO replyguard_app;
GRANT SELECT, INSERT, DELETE ON replyguard.events, replyguard.reports, replyguard.rules, replyguard.checkpoints
  TO replyguard_app;
GRANT SELECT ON replyguard.schema_migrations TO replyguard_app;

-- Blanks the samples of erased comments. Runs as the schema's owner. A sample is blanked only when its retraction was asked
-- for before p_before and a stored model has applied that, or there is none. Older models still hold what the comment
-- taught, and would later have to take away what they cannot read any more: they are deleted first.
CREATE FUNCTION replyguard.blank_erased_samples(p_before timestamptz, p_limit integer) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  v_newest bigint;
  v_count bigint;
BEGIN
  SELECT max(position) INTO v_newest FROM replyguard.checkpoints;
  DELETE FROM replyguard.checkpoints c
  WHERE EXISTS (
    SELECT 1 FROM replyguard.label_erasures e
    JOIN replyguard.labels l ON l.site_id = e.site_id AND l.sample_id = e.sample_id AND l.position <= e.position
    WHERE e.asked_at < p_before AND e.position <= v_newest AND NOT l.erased AND c.position < e.position);
  WITH due AS (
    SELECT l.site_id, l.position
    FROM replyguard.label_erasures e
    JOIN replyguard.labels l ON l.site_id = e.site_id AND l.sample_id = e.sample_id AND l.position <= e.position
    WHERE e.asked_at < p_before AND (v_newest IS NULL OR e.position <= v_newest) AND NOT l.erased
    LIMIT p_limit
  )
  UPDATE replyguard.labels l SET sample = NULL, erased = true
  FROM due WHERE l.site_id = due.site_id AND l.position = due.position;
  GET DIAGNOSTICS v_count = ROW_COUNT;
  RETURN v_count;
END
$$;
REVOKE ALL ON FUNCTION replyguard.blank_erased_samples(timestamptz, integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION replyguard.blank_erased_samples(timestamptz, integer) TO replyguard_app;
