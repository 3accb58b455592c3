-- A moderator's note may quote the comment: it goes with the text. The rest of the audit trail stays as it is. Runs as the
-- schema's owner, and for tombstones only.
CREATE FUNCTION replyguard.blank_notes(p_site_id bigint, p_comment_id uuid) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  UPDATE replyguard.decisions d SET note = ''
  WHERE d.site_id = p_site_id AND d.comment_id = p_comment_id AND d.note <> ''
    AND EXISTS (SELECT 1 FROM replyguard.comments c
                WHERE c.site_id = p_site_id AND c.comment_id = p_comment_id AND c.status = 5);
$$;
REVOKE ALL ON FUNCTION replyguard.blank_notes(bigint, uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION replyguard.blank_notes(bigint, uuid) TO replyguard_app;
UPDATE replyguard.decisions d SET note = '' FROM replyguard.comments c
WHERE c.site_id = d.site_id AND c.comment_id = d.comment_id AND c.status = 5 AND d.note <> '';
