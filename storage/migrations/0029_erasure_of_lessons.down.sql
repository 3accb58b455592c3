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
CREATE OR REPLACE FUNCTION replyguard.forget_comments(p_site_id bigint, p_ids uuid[]) RETURNS void
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
CREATE OR REPLACE FUNCTION replyguard.blank_notes(p_site_id bigint, p_comment_id uuid) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  UPDATE replyguard.decisions d SET note = ''
  WHERE d.site_id = p_site_id AND d.comment_id = p_comment_id AND d.note <> ''
    AND EXISTS (SELECT 1 FROM replyguard.comments c
                WHERE c.site_id = p_site_id AND c.comment_id = p_comment_id AND c.status = 5);
$$;
DROP FUNCTION replyguard.blank_trail(bigint, uuid[]);
DROP INDEX replyguard.audit_events_escalated;
DROP INDEX replyguard.label_erasures_by_sample;
DROP INDEX replyguard.labels_of_author;
