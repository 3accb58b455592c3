-- How far, by comment_id, a site's comments have lost what ties them to a network and to an author.
ALTER TABLE replyguard.site_heads
  ADD COLUMN networks_forgotten uuid NOT NULL DEFAULT '00000000-0000-0000-0000-000000000000',
  ADD COLUMN authors_forgotten uuid NOT NULL DEFAULT '00000000-0000-0000-0000-000000000000';

-- How long each class of data is kept, in days; 0 is for good. Site 0: for sites without a row of their own.
CREATE TABLE replyguard.retention_ages (
  site_id    bigint NOT NULL,
  class      smallint NOT NULL CHECK (class BETWEEN 1 AND 10),
  kept_days  integer NOT NULL CHECK (kept_days BETWEEN 0 AND 36500),
  PRIMARY KEY (site_id, class)
);
GRANT SELECT ON replyguard.retention_ages TO replyguard_app;

-- Retention. The application may delete none of this by itself; these functions run as the schema's owner and take what is old
-- enough, whatever they are asked for: comments and their traces after a day, the audit trail after 30 days.
CREATE FUNCTION replyguard.first_comment_id(p_at timestamptz) RETURNS uuid
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
  SELECT (lpad(to_hex(floor(extract(epoch FROM p_at) * 1000)::bigint), 12, '0') || repeat('0', 20))::uuid
$$;

-- All that hangs on comments of which the row is gone. Labels keep their own samples, blind samples their weights; decisions stay
-- as the audit trail, but a note may quote the text.
CREATE FUNCTION replyguard.forget_comments(p_site_id bigint, p_ids uuid[]) RETURNS void
LANGUAGE sql SET search_path = pg_catalog, pg_temp AS $$
  DELETE FROM replyguard.comment_terms t WHERE t.site_id = p_site_id AND t.comment_id = ANY(p_ids);
  DELETE FROM replyguard.comments_to_index t WHERE t.site_id = p_site_id AND t.comment_id = ANY(p_ids);
  DELETE FROM replyguard.spam_folder t WHERE t.site_id = p_site_id AND t.comment_id = ANY(p_ids);
  DELETE FROM replyguard.queue_items t WHERE t.site_id = p_site_id AND t.comment_id = ANY(p_ids);
  DELETE FROM replyguard.shadow_verdicts t WHERE t.site_id = p_site_id AND t.comment_id = ANY(p_ids);
  DELETE FROM replyguard.reports t WHERE t.site_id = p_site_id AND t.comment_id = ANY(p_ids);
  DELETE FROM replyguard.comment_notes t WHERE t.site_id = p_site_id AND t.comment_id = ANY(p_ids);
  DELETE FROM replyguard.akismet_callbacks t WHERE t.site_id = p_site_id AND t.comment_id = ANY(p_ids);
  UPDATE replyguard.decisions d SET note = '' WHERE d.site_id = p_site_id AND d.comment_id = ANY(p_ids) AND d.note <> '';
$$;

-- Takes the comments of p_status among p_ids. Answers how many.
CREATE FUNCTION replyguard.take_comments(p_site_id bigint, p_status smallint, p_ids uuid[]) RETURNS bigint
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  v_gone uuid[];
BEGIN
  -- In the order of the keys, as whoever else locks several of them; a decision made meanwhile keeps its comment.
  PERFORM 1 FROM replyguard.comments c WHERE c.site_id = p_site_id AND c.comment_id = ANY(p_ids) AND c.status = p_status
  ORDER BY c.comment_id FOR UPDATE;
  WITH gone AS (DELETE FROM replyguard.comments c
    WHERE c.site_id = p_site_id AND c.comment_id = ANY(p_ids) AND c.status = p_status RETURNING c.comment_id)
  SELECT coalesce(array_agg(g.comment_id), '{}') INTO v_gone FROM gone g;
  PERFORM replyguard.forget_comments(p_site_id, v_gone);
  RETURN cardinality(v_gone);
END
$$;

-- Blanks what ties the comments of p_ids to a network (p_author false) or to an author. Answers how many had it. They are indexed
-- anew, as the search finds them by it.
CREATE FUNCTION replyguard.untie_comments(p_site_id bigint, p_author boolean, p_ids uuid[]) RETURNS bigint
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  v_untied uuid[];
BEGIN
  PERFORM 1 FROM replyguard.comments c WHERE c.site_id = p_site_id AND c.comment_id = ANY(p_ids)
  ORDER BY c.comment_id FOR UPDATE;
  IF p_author THEN
    WITH untied AS (UPDATE replyguard.comments c SET author_hash = NULL, author_email_masked = '', author_email_domain = ''
      WHERE c.site_id = p_site_id AND c.comment_id = ANY(p_ids) AND (c.author_hash IS NOT NULL OR c.author_email_masked <> '')
      RETURNING c.comment_id)
    SELECT coalesce(array_agg(u.comment_id), '{}') INTO v_untied FROM untied u;
    UPDATE replyguard.queue_items q SET author_id = NULL
    WHERE q.site_id = p_site_id AND q.comment_id = ANY(v_untied) AND q.author_id IS NOT NULL;
  ELSE
    WITH untied AS (UPDATE replyguard.comments c SET ip_hash = NULL, ip_masked = '', user_agent = ''
      WHERE c.site_id = p_site_id AND c.comment_id = ANY(p_ids)
        AND (c.ip_hash IS NOT NULL OR c.ip_masked <> '' OR c.user_agent <> '') RETURNING c.comment_id)
    SELECT coalesce(array_agg(u.comment_id), '{}') INTO v_untied FROM untied u;
    UPDATE replyguard.queue_items q SET ip_id = NULL
    WHERE q.site_id = p_site_id AND q.comment_id = ANY(v_untied) AND q.ip_id IS NOT NULL;
  END IF;
  INSERT INTO replyguard.comments_to_index (site_id, comment_id) SELECT p_site_id, u FROM unnest(v_untied) AS u ORDER BY u
  ON CONFLICT (site_id, comment_id) DO UPDATE SET marked = comments_to_index.marked + 1;
  RETURN cardinality(v_untied);
END
$$;

-- One step of one class on one site: looks at no more than p_limit rows. Classes are those of storage/retention.h. p_after is the
-- next_id of the step before; null begins. next_id is null when the class is done.
CREATE FUNCTION replyguard.expire(p_site_id bigint, p_class smallint, p_before timestamptz, p_after uuid, p_limit integer)
RETURNS TABLE (gone bigint, next_id uuid)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  v_nil CONSTANT uuid := '00000000-0000-0000-0000-000000000000';
  v_before timestamptz := least(p_before, now() - CASE WHEN p_class IN (4, 9) THEN interval '30 days' ELSE interval '1 day' END);
  v_bound uuid := replyguard.first_comment_id(v_before);
  v_after uuid := coalesce(p_after, v_nil);
  v_ids uuid[];
  v_rows bigint;
BEGIN
  gone := 0;
  CASE
  WHEN p_class IN (1, 7, 8) THEN
    IF p_class <> 1 THEN
      SELECT greatest(v_after, CASE WHEN p_class = 7 THEN h.networks_forgotten ELSE h.authors_forgotten END) INTO v_after
      FROM replyguard.site_heads h WHERE h.site_id = p_site_id;
    END IF;
    SELECT array_agg(c.comment_id ORDER BY c.comment_id) INTO v_ids FROM (SELECT c.comment_id FROM replyguard.comments c
      WHERE c.site_id = p_site_id AND c.comment_id > v_after AND c.comment_id < v_bound ORDER BY c.comment_id LIMIT p_limit) AS c;
    IF v_ids IS NOT NULL THEN
      gone := CASE p_class WHEN 1 THEN replyguard.take_comments(p_site_id, 2::smallint, v_ids)
        ELSE replyguard.untie_comments(p_site_id, p_class = 8, v_ids) END;
    END IF;
    next_id := CASE WHEN cardinality(v_ids) = p_limit THEN v_ids[p_limit] END;
    UPDATE replyguard.site_heads h SET networks_forgotten = greatest(h.networks_forgotten, v_ids[cardinality(v_ids)])
    WHERE h.site_id = p_site_id AND p_class = 7 AND v_ids IS NOT NULL;
    UPDATE replyguard.site_heads h SET authors_forgotten = greatest(h.authors_forgotten, v_ids[cardinality(v_ids)])
    WHERE h.site_id = p_site_id AND p_class = 8 AND v_ids IS NOT NULL;
  WHEN p_class IN (2, 3) THEN
    SELECT array_agg(f.comment_id ORDER BY f.comment_id) INTO v_ids FROM (SELECT f.comment_id FROM replyguard.spam_folder f
      WHERE f.site_id = p_site_id AND f.status = p_class + 1 AND f.comment_id > v_after AND f.comment_id < v_bound
      ORDER BY f.comment_id LIMIT p_limit) AS f;
    IF v_ids IS NOT NULL THEN
      gone := replyguard.take_comments(p_site_id, (p_class + 1)::smallint, v_ids);
    END IF;
    next_id := CASE WHEN cardinality(v_ids) = p_limit THEN v_ids[p_limit] END;
  ELSE
    IF p_class = 5 THEN
      -- The floor moves in the same transaction: nobody sees a gap without being told. The head's lock comes first, as in every
      -- transaction that writes events.
      PERFORM 1 FROM replyguard.site_heads h WHERE h.site_id = p_site_id FOR UPDATE;
      WITH due AS (SELECT e.sequence FROM replyguard.events e WHERE e.site_id = p_site_id AND e.created_at < v_before
        ORDER BY e.sequence LIMIT p_limit),
      floor AS (UPDATE replyguard.site_heads h SET event_oldest = greatest(h.event_oldest, d.last + 1)
        FROM (SELECT max(due.sequence) AS last FROM due) AS d WHERE h.site_id = p_site_id AND d.last IS NOT NULL)
      DELETE FROM replyguard.events e USING due WHERE e.site_id = p_site_id AND e.sequence = due.sequence;
    ELSIF p_class = 4 THEN
      DELETE FROM replyguard.decisions d WHERE d.site_id = p_site_id AND d.decision_id = ANY(ARRAY(
        SELECT x.decision_id FROM replyguard.decisions x WHERE x.site_id = p_site_id AND x.decided_at < v_before
        ORDER BY x.decided_at LIMIT p_limit));
    ELSIF p_class = 6 THEN
      DELETE FROM replyguard.webhook_attempts a USING (
        SELECT x.webhook_id, x.attempt FROM replyguard.webhook_attempts x WHERE x.site_id = p_site_id AND x.attempted_at < v_before
        LIMIT p_limit) AS o WHERE a.site_id = p_site_id AND a.webhook_id = o.webhook_id AND a.attempt = o.attempt;
    ELSIF p_class = 9 AND p_site_id <> 0 THEN
      DELETE FROM replyguard.audit_events e WHERE e.site_id = p_site_id AND e.event_id = ANY(ARRAY(
        SELECT x.event_id FROM replyguard.audit_events x WHERE x.site_id = p_site_id AND x.created_at < v_before
        ORDER BY x.event_id LIMIT p_limit));
    ELSIF p_class = 9 THEN
      WITH events AS (DELETE FROM replyguard.audit_events e WHERE e.site_id = 0 AND e.event_id = ANY(ARRAY(
        SELECT x.event_id FROM replyguard.audit_events x WHERE x.site_id = 0 AND x.created_at < v_before
        ORDER BY x.event_id LIMIT p_limit)) RETURNING 1)
      SELECT count(*) INTO v_rows FROM events;
      DELETE FROM replyguard.account_audit a WHERE a.audit_id = ANY(ARRAY(
        SELECT x.audit_id FROM replyguard.account_audit x WHERE x.at < v_before ORDER BY x.audit_id LIMIT p_limit));
    ELSIF p_class = 10 THEN
      -- The newest stays: the next one's number is above it.
      DELETE FROM replyguard.operations o WHERE o.operation = ANY(ARRAY(
        SELECT x.operation FROM replyguard.operations x WHERE x.state > 2 AND x.ended_at < v_before
          AND x.operation < (SELECT max(n.operation) FROM replyguard.operations n) ORDER BY x.operation LIMIT p_limit));
    ELSE
      RAISE EXCEPTION 'no such class of data' USING ERRCODE = 'invalid_parameter_value';
    END IF;
    GET DIAGNOSTICS gone = ROW_COUNT;
    next_id := CASE WHEN gone >= p_limit OR v_rows >= p_limit THEN v_nil END;
    gone := gone + coalesce(v_rows, 0);
  END CASE;
  RETURN NEXT;
END
$$;
REVOKE ALL ON FUNCTION replyguard.forget_comments(bigint, uuid[]), replyguard.take_comments(bigint, smallint, uuid[]),
  replyguard.untie_comments(bigint, boolean, uuid[]), replyguard.expire(bigint, smallint, timestamptz, uuid, integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION replyguard.expire(bigint, smallint, timestamptz, uuid, integer) TO replyguard_app;
