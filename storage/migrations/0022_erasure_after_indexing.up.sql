-- An erasure takes what a comment's text was found by after it has marked the comment, not before: the mark waits for whoever
-- indexes the text at that moment, so that the erasure sees, and takes, what was just indexed.
CREATE OR REPLACE FUNCTION replyguard.file_text() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  INSERT INTO replyguard.comments_to_index (site_id, comment_id) VALUES (NEW.site_id, NEW.comment_id)
  ON CONFLICT (site_id, comment_id) DO UPDATE SET marked = comments_to_index.marked + 1;
  IF NEW.status = 5 THEN
    DELETE FROM replyguard.comment_terms t WHERE t.site_id = NEW.site_id AND t.comment_id = NEW.comment_id;
    DELETE FROM replyguard.comment_notes n WHERE n.site_id = NEW.site_id AND n.comment_id = NEW.comment_id;
  END IF;
  RETURN NULL;
END
$$;
