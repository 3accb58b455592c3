-- An HMAC key that nothing depends on any more: servers start without it, and never write under it again.
ALTER TABLE replyguard.hmac_keys ADD COLUMN retired_at timestamptz;
-- Retires it unless a comment's hashes are of it; answers how many are. Runs as the schema's owner, as the application may only
-- add keys.
CREATE FUNCTION replyguard.retire_hmac_key(p_key_id integer) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  v_rows bigint;
BEGIN
  SELECT count(*) INTO v_rows FROM replyguard.comments c WHERE c.hmac_key_id = p_key_id AND (c.author_hash IS NOT NULL
    OR c.ip_hash IS NOT NULL OR c.body_hash IS NOT NULL OR c.request_fingerprint IS NOT NULL);
  IF v_rows = 0 THEN
    UPDATE replyguard.hmac_keys k SET retired_at = now() WHERE k.key_id = p_key_id AND k.retired_at IS NULL;
  END IF;
  RETURN v_rows;
END
$$;
REVOKE ALL ON FUNCTION replyguard.retire_hmac_key(integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION replyguard.retire_hmac_key(integer) TO replyguard_app;
