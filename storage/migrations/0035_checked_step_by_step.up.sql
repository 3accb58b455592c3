-- A model that nobody checked is looked at by steps, of p_limit erasures in all: among very many of them one statement for all models
-- took longer than it may, and began anew the next time. How far one has been looked at, by the position of the erasure.
ALTER TABLE replyguard.checkpoints ADD COLUMN checked_to bigint NOT NULL DEFAULT 0;

-- As in 0033. Answers p_limit, too, when there is more to look at.
CREATE OR REPLACE FUNCTION replyguard.blank_erased_samples(p_before timestamptz, p_limit integer) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  v_newest bigint;
  v_count bigint;
  v_model record;
  v_left bigint := p_limit;
  v_looked bigint;
  v_holds boolean;
BEGIN
  IF NOT EXISTS (SELECT 1 FROM replyguard.label_erasures e WHERE NOT e.done AND e.asked_at < p_before)
    AND NOT EXISTS (SELECT 1 FROM replyguard.checkpoints c WHERE NOT c.checked) THEN
    RETURN 0;
  END IF;
  -- Whoever stores a model has it, shared, from its check to its end.
  PERFORM pg_advisory_xact_lock(7310861220470394184);
  FOR v_model IN SELECT c.checkpoint_id, c.position, greatest(c.position, c.checked_to) AS checked_to
    FROM replyguard.checkpoints c WHERE NOT c.checked ORDER BY c.checkpoint_id
  LOOP
    EXIT WHEN v_left <= 0;
    SELECT count(*), coalesce(max(o.position), v_model.checked_to), coalesce(bool_or(EXISTS (
      SELECT 1 FROM replyguard.labels l WHERE l.site_id = o.site_id AND l.sample_id = o.sample_id AND l.position <= v_model.position
        AND l.erased)), false)
    INTO v_looked, v_model.checked_to, v_holds
    FROM (SELECT e.site_id, e.position, e.sample_id FROM replyguard.label_erasures e WHERE e.position > v_model.checked_to
      ORDER BY e.position LIMIT v_left) AS o;
    IF v_holds THEN
      DELETE FROM replyguard.checkpoints c WHERE c.checkpoint_id = v_model.checkpoint_id;
    ELSE
      UPDATE replyguard.checkpoints c SET checked = v_looked < v_left, checked_to = v_model.checked_to
      WHERE c.checkpoint_id = v_model.checkpoint_id;
    END IF;
    v_left := v_left - v_looked;
  END LOOP;
  -- What is not looked through yet may be gone in the end: nothing is blanked, or deleted, because of it.
  IF v_left <= 0 THEN
    RETURN p_limit;
  END IF;
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
