-- Erasure reaches what was learnt of an author apart from comments that are there: examples, and lessons of comments that
-- retention took. By the whole log, which labels_taught_of_author leaves most of out.
CREATE INDEX labels_of_author ON replyguard.labels (site_id, ((sample->>'author_hash') COLLATE "C"))
  WHERE sample->>'author_hash' <> '';
CREATE INDEX label_erasures_by_sample ON replyguard.label_erasures (site_id, sample_id, position);
-- An example that was taken back loses its text as an erased comment's lesson does. Those taken back before, once.
INSERT INTO replyguard.label_erasures (site_id, position, sample_id, asked_at)
SELECT n.site_id, n.position, n.sample_id, now() FROM (SELECT DISTINCT ON (l.site_id, l.sample_id) l.site_id, l.position,
  l.sample_id, l.label FROM replyguard.labels l WHERE l.sample_id LIKE 'x:%' ORDER BY l.site_id, l.sample_id, l.position DESC) AS n
WHERE n.label = 0 ON CONFLICT DO NOTHING;

-- Why a comment was escalated may quote it, as a note may: both the place in the queue that a decision remembers and the audit
-- have it. Few rows have one.
CREATE INDEX audit_events_escalated ON replyguard.audit_events (site_id, subject) WHERE act = 'ESCALATED' AND summary <> '';

-- Takes from the audit trail what people wrote about comments, and the author and network that a decision remembers of their place
-- in the queue. p_ids: comments that are gone or tombstones.
CREATE FUNCTION replyguard.blank_trail(p_site_id bigint, p_ids uuid[]) RETURNS void
LANGUAGE sql SET search_path = pg_catalog, pg_temp AS $$
  UPDATE replyguard.decisions d SET note = '', queue_before = d.queue_before - '{escalation,author_id,ip_id}'::text[]
  WHERE d.site_id = p_site_id AND d.comment_id = ANY(p_ids)
    AND (d.note <> '' OR d.queue_before ?| '{escalation,author_id,ip_id}'::text[]);
  UPDATE replyguard.audit_events e SET summary = ''
  WHERE e.site_id = p_site_id AND e.act = 'ESCALATED' AND e.summary <> '' AND e.subject = ANY(ARRAY(
    SELECT 'sites/' || s.slug || '/comments/' || replace(i::text, '-', '')
    FROM replyguard.sites s CROSS JOIN unnest(p_ids) AS i WHERE s.site_id = p_site_id));
$$;
REVOKE ALL ON FUNCTION replyguard.blank_trail(bigint, uuid[]) FROM PUBLIC;

CREATE OR REPLACE FUNCTION replyguard.blank_notes(p_site_id bigint, p_comment_id uuid) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT replyguard.blank_trail(c.site_id, ARRAY[c.comment_id]) FROM replyguard.comments c
  WHERE c.site_id = p_site_id AND c.comment_id = p_comment_id AND c.status = 5;
$$;

-- The mark goes before the terms, as in 0022: it waits for whoever indexes the text, and then takes what was just indexed.
CREATE OR REPLACE FUNCTION replyguard.forget_comments(p_site_id bigint, p_ids uuid[]) RETURNS void
LANGUAGE sql SET search_path = pg_catalog, pg_temp AS $$
  DELETE FROM replyguard.comments_to_index t WHERE t.site_id = p_site_id AND t.comment_id = ANY(p_ids);
  DELETE FROM replyguard.comment_terms t WHERE t.site_id = p_site_id AND t.comment_id = ANY(p_ids);
  DELETE FROM replyguard.spam_folder t WHERE t.site_id = p_site_id AND t.comment_id = ANY(p_ids);
  DELETE FROM replyguard.queue_items t WHERE t.site_id = p_site_id AND t.comment_id = ANY(p_ids);
  DELETE FROM replyguard.shadow_verdicts t WHERE t.site_id = p_site_id AND t.comment_id = ANY(p_ids);
  DELETE FROM replyguard.reports t WHERE t.site_id = p_site_id AND t.comment_id = ANY(p_ids);
  DELETE FROM replyguard.comment_notes t WHERE t.site_id = p_site_id AND t.comment_id = ANY(p_ids);
  DELETE FROM replyguard.akismet_callbacks t WHERE t.site_id = p_site_id AND t.comment_id = ANY(p_ids);
  SELECT replyguard.blank_trail(p_site_id, p_ids);
$$;

-- The audit trail forgets what the comment does.
CREATE OR REPLACE FUNCTION replyguard.untie_comments(p_site_id bigint, p_author boolean, p_ids uuid[]) RETURNS bigint
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
    UPDATE replyguard.decisions d SET queue_before = d.queue_before - 'author_id'
    WHERE d.site_id = p_site_id AND d.comment_id = ANY(v_untied) AND d.queue_before ? 'author_id';
  ELSE
    WITH untied AS (UPDATE replyguard.comments c SET ip_hash = NULL, ip_masked = '', user_agent = ''
      WHERE c.site_id = p_site_id AND c.comment_id = ANY(p_ids)
        AND (c.ip_hash IS NOT NULL OR c.ip_masked <> '' OR c.user_agent <> '') RETURNING c.comment_id)
    SELECT coalesce(array_agg(u.comment_id), '{}') INTO v_untied FROM untied u;
    UPDATE replyguard.queue_items q SET ip_id = NULL
    WHERE q.site_id = p_site_id AND q.comment_id = ANY(v_untied) AND q.ip_id IS NOT NULL;
    UPDATE replyguard.decisions d SET queue_before = d.queue_before - 'ip_id'
    WHERE d.site_id = p_site_id AND d.comment_id = ANY(v_untied) AND d.queue_before ? 'ip_id';
  END IF;
  INSERT INTO replyguard.comments_to_index (site_id, comment_id) SELECT p_site_id, u FROM unnest(v_untied) AS u ORDER BY u
  ON CONFLICT (site_id, comment_id) DO UPDATE SET marked = comments_to_index.marked + 1;
  RETURN cardinality(v_untied);
END
$$;

-- What erasure and retention left behind before this: one pass over the decisions that remember a place in the queue, and over the
-- audit of escalations. Present comments keep theirs until they go.
UPDATE replyguard.decisions d SET queue_before = d.queue_before - CASE WHEN c.comment_id IS NULL
    THEN '{escalation,author_id,ip_id}'::text[] ELSE array_remove(ARRAY[CASE WHEN c.author_hash IS NULL THEN 'author_id' END,
    CASE WHEN c.ip_hash IS NULL THEN 'ip_id' END], NULL) END
FROM replyguard.decisions o LEFT JOIN replyguard.comments c
  ON c.site_id = o.site_id AND c.comment_id = o.comment_id AND c.status <> 5
WHERE d.site_id = o.site_id AND d.decision_id = o.decision_id AND d.queue_before IS NOT NULL
  AND (c.comment_id IS NULL OR c.author_hash IS NULL OR c.ip_hash IS NULL);
UPDATE replyguard.audit_events e SET summary = ''
WHERE e.act = 'ESCALATED' AND e.summary <> '' AND NOT EXISTS (SELECT 1 FROM replyguard.comments c
  WHERE c.site_id = e.site_id AND c.comment_id = right(e.subject, 32)::uuid AND c.status <> 5);
