DROP FUNCTION replyguard.expire(bigint, smallint, timestamptz, uuid, integer);
ALTER FUNCTION replyguard.expire_older(bigint, smallint, timestamptz, uuid, integer) RENAME TO expire;
GRANT EXECUTE ON FUNCTION replyguard.expire(bigint, smallint, timestamptz, uuid, integer) TO replyguard_app;
CREATE OR REPLACE FUNCTION replyguard.first_comment_id(p_at timestamptz) RETURNS uuid
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
  SELECT (lpad(to_hex(floor(extract(epoch FROM p_at) * 1000)::bigint), 12, '0') || repeat('0', 20))::uuid
$$;
