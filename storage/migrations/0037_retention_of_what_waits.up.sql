-- Operations are no site's: an age set for one site took everybody's.
DELETE FROM replyguard.retention_ages a WHERE a.class = 10 AND a.site_id <> 0;
ALTER TABLE replyguard.retention_ages ADD CONSTRAINT retention_ages_of_no_site CHECK (class <> 10 OR site_id = 0);
CREATE OR REPLACE FUNCTION replyguard.expire(p_site_id bigint, p_class smallint, p_before timestamptz, p_after uuid, p_limit integer)
RETURNS TABLE (gone bigint, next_id uuid)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  v_kept_days integer := coalesce(
    (SELECT a.kept_days FROM replyguard.retention_ages a WHERE a.site_id = p_site_id AND a.class = p_class),
    (SELECT a.kept_days FROM replyguard.retention_ages a WHERE a.site_id = 0 AND a.class = p_class), 0);
BEGIN
  IF v_kept_days = 0 OR (p_class = 10 AND p_site_id <> 0) THEN
    gone := 0;
    RETURN NEXT;
  ELSE
    RETURN QUERY SELECT e.gone, e.next_id FROM replyguard.expire_older(
      p_site_id, p_class, least(p_before, now() - interval '1 day' * v_kept_days), p_after, p_limit) AS e;
  END IF;
END
$$;
-- What waits for a moderator stays, published or not: readers report comments that were approved, and some are drawn to be judged.
-- Whoever puts one into the queue locks it first.
CREATE OR REPLACE FUNCTION replyguard.take_comments(p_site_id bigint, p_status smallint, p_ids uuid[]) RETURNS bigint
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  v_gone uuid[];
BEGIN
  -- In the order of the keys, as whoever else locks several of them; a decision made meanwhile keeps its comment.
  PERFORM 1 FROM replyguard.comments c WHERE c.site_id = p_site_id AND c.comment_id = ANY(p_ids) AND c.status = p_status
  ORDER BY c.comment_id FOR UPDATE;
  WITH gone AS (DELETE FROM replyguard.comments c
    WHERE c.site_id = p_site_id AND c.comment_id = ANY(p_ids) AND c.status = p_status
      AND NOT EXISTS (SELECT 1 FROM replyguard.queue_items q WHERE q.site_id = p_site_id AND q.comment_id = c.comment_id)
    RETURNING c.comment_id)
  SELECT coalesce(array_agg(g.comment_id), '{}') INTO v_gone FROM gone g;
  PERFORM replyguard.forget_comments(p_site_id, v_gone);
  RETURN cardinality(v_gone);
END
$$;
