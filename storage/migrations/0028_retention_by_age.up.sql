-- Retention takes what is older than the age that was set, whatever it is asked for: the application, which cannot set one, can
-- remove no more than the operator meant to. What has no age is kept.
ALTER FUNCTION replyguard.expire(bigint, smallint, timestamptz, uuid, integer) RENAME TO expire_older;
REVOKE ALL ON FUNCTION replyguard.expire_older(bigint, smallint, timestamptz, uuid, integer) FROM replyguard_app;
CREATE FUNCTION replyguard.expire(p_site_id bigint, p_class smallint, p_before timestamptz, p_after uuid, p_limit integer)
RETURNS TABLE (gone bigint, next_id uuid)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  v_kept_days integer := coalesce(
    (SELECT a.kept_days FROM replyguard.retention_ages a WHERE a.site_id = p_site_id AND a.class = p_class),
    (SELECT a.kept_days FROM replyguard.retention_ages a WHERE a.site_id = 0 AND a.class = p_class), 0);
BEGIN
  IF v_kept_days = 0 THEN
    gone := 0;
    RETURN NEXT;
  ELSE
    RETURN QUERY SELECT e.gone, e.next_id FROM replyguard.expire_older(
      p_site_id, p_class, least(p_before, now() - interval '1 day' * v_kept_days), p_after, p_limit) AS e;
  END IF;
END
$$;
REVOKE ALL ON FUNCTION replyguard.expire(bigint, smallint, timestamptz, uuid, integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION replyguard.expire(bigint, smallint, timestamptz, uuid, integer) TO replyguard_app;
-- Ids know no time before 1970: an age that reaches there took everything.
CREATE OR REPLACE FUNCTION replyguard.first_comment_id(p_at timestamptz) RETURNS uuid
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
  SELECT (lpad(to_hex(floor(extract(epoch FROM greatest(p_at, 'epoch')) * 1000)::bigint), 12, '0') || repeat('0', 20))::uuid
$$;
