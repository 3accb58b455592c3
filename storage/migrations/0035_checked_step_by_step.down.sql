-- As in 0033.
CREATE OR REPLACE FUNCTION replyguard.blank_erased_samples(p_before timestamptz, p_limit integer) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  v_newest bigint;
  v_count bigint;
BEGIN
  IF NOT EXISTS (SELECT 1 FROM replyguard.label_erasures e WHERE NOT e.done AND e.asked_at < p_before)
    AND NOT EXISTS (SELECT 1 FROM replyguard.checkpoints c WHERE NOT c.checked) THEN
    RETURN 0;
  END IF;
  -- Whoever stores a model has it, shared, from its check to its end.
  PERFORM pg_advisory_xact_lock(7310861220470394184);
  DELETE FROM replyguard.checkpoints c
  WHERE NOT c.checked AND EXISTS (
    SELECT 1 FROM replyguard.label_erasures e
    JOIN replyguard.labels l ON l.site_id = e.site_id AND l.sample_id = e.sample_id AND l.position <= c.position
    WHERE e.position > c.position AND l.erased);
  UPDATE replyguard.checkpoints c SET checked = true WHERE NOT c.checked;
  SELECT coalesce(max(position) FILTER (WHERE generation = (SELECT a.generation FROM replyguard.activations a
    ORDER BY a.activation DESC LIMIT 1)), max(position)) INTO v_newest FROM replyguard.checkpoints;
  DELETE FROM replyguard.checkpoints c
  WHERE EXISTS (
    SELECT 1 FROM replyguard.label_erasures e
    JOIN replyguard.labels l ON l.site_id = e.site_id AND l.sample_id = e.sample_id AND l.position <= e.position
    WHERE NOT e.done AND e.asked_at < p_before AND e.position <= v_newest AND NOT l.erased AND c.position >= l.position
      AND c.position < e.position);
  WITH due AS (
    SELECT l.site_id, l.position
    FROM replyguard.label_erasures e
    JOIN replyguard.labels l ON l.site_id = e.site_id AND l.sample_id = e.sample_id AND l.position <= e.position
    WHERE NOT e.done AND e.asked_at < p_before AND (v_newest IS NULL OR e.position <= v_newest) AND NOT l.erased
    LIMIT p_limit
  )
  UPDATE replyguard.labels l SET sample = NULL, erased = true
  FROM due WHERE l.site_id = due.site_id AND l.position = due.position;
  GET DIAGNOSTICS v_count = ROW_COUNT;
  UPDATE replyguard.label_erasures e SET done = true
  WHERE (e.site_id, e.position) IN (SELECT o.site_id, o.position FROM replyguard.label_erasures o
    WHERE NOT o.done AND o.asked_at < p_before AND (v_newest IS NULL OR o.position <= v_newest)
      AND NOT EXISTS (SELECT 1 FROM replyguard.labels l WHERE l.site_id = o.site_id AND l.sample_id = o.sample_id
        AND l.position <= o.position AND NOT l.erased)
    LIMIT 10 * p_limit);
  RETURN v_count;
END
$$;
ALTER TABLE replyguard.checkpoints DROP COLUMN checked_to;
