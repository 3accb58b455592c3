-- What the console's pages read: a search index, the spam folder, bulk decisions, notes, escalation, reason codes, audit.

-- What a comment can be found by: numbers that the service makes of its words, network, language and reasons, each mixed with
-- the site, so that one index serves all sites and looks up one. Negative ones are the bands of its sketch (MinHash): comments
-- that share one may be alike, and the sketches' distance tells. Written a moment after the comment, never in its way.
CREATE TABLE replyguard.comment_terms (
  site_id     bigint NOT NULL,
  comment_id  uuid NOT NULL,
  terms       bigint[] NOT NULL,
  sketch      bigint,
  PRIMARY KEY (site_id, comment_id)
);
CREATE INDEX comment_terms_by_term ON replyguard.comment_terms USING gin (terms);

-- Comments whose terms are to be made, or made anew.
CREATE TABLE replyguard.comments_to_index (
  site_id     bigint NOT NULL,
  comment_id  uuid NOT NULL,
  marked      integer NOT NULL DEFAULT 1,
  PRIMARY KEY (site_id, comment_id)
) WITH (fillfactor = 80, autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 1000);

-- The comments that are spam or trashed, as the queue is of those that wait: an index of comments by status would make every
-- decision write all of its indexes.
CREATE TABLE replyguard.spam_folder (
  site_id     bigint NOT NULL,
  comment_id  uuid NOT NULL,
  status      smallint NOT NULL CHECK (status IN (3, 4)),
  PRIMARY KEY (site_id, comment_id)
);
CREATE INDEX spam_folder_by_status ON replyguard.spam_folder (site_id, status, comment_id);

-- By triggers, as a comment changes in many places and the two must never miss one. One statement a batch of submissions.
CREATE FUNCTION replyguard.file_new_comments() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  INSERT INTO replyguard.comments_to_index (site_id, comment_id) SELECT n.site_id, n.comment_id FROM added n
  ON CONFLICT DO NOTHING;
  INSERT INTO replyguard.spam_folder (site_id, comment_id, status)
  SELECT n.site_id, n.comment_id, n.status FROM added n WHERE n.status IN (3, 4) ON CONFLICT DO NOTHING;
  RETURN NULL;
END
$$;
CREATE TRIGGER comments_filed AFTER INSERT ON replyguard.comments REFERENCING NEW TABLE AS added
  FOR EACH STATEMENT EXECUTE FUNCTION replyguard.file_new_comments();

CREATE FUNCTION replyguard.file_status() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF NEW.status IN (3, 4) THEN
    INSERT INTO replyguard.spam_folder (site_id, comment_id, status) VALUES (NEW.site_id, NEW.comment_id, NEW.status)
    ON CONFLICT (site_id, comment_id) DO UPDATE SET status = excluded.status;
  ELSE
    DELETE FROM replyguard.spam_folder f WHERE f.site_id = NEW.site_id AND f.comment_id = NEW.comment_id;
  END IF;
  RETURN NULL;
END
$$;
CREATE TRIGGER comments_moved AFTER UPDATE OF status ON replyguard.comments
  FOR EACH ROW WHEN (OLD.status IS DISTINCT FROM NEW.status AND (OLD.status IN (3, 4) OR NEW.status IN (3, 4)))
  EXECUTE FUNCTION replyguard.file_status();

-- Edits, and erasure, which takes what the text was found by at once. DO UPDATE waits for whoever indexes the text before, who
-- then deletes the row: the mark is never lost. What an erasure takes it takes after that, so that it sees what was indexed.
CREATE FUNCTION replyguard.file_text() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
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
CREATE TRIGGER comments_edited AFTER UPDATE OF body ON replyguard.comments
  FOR EACH ROW EXECUTE FUNCTION replyguard.file_text();

-- Private notes beside a comment.
CREATE TABLE replyguard.comment_notes (
  site_id       bigint NOT NULL,
  comment_id    uuid NOT NULL,
  note_id       uuid NOT NULL,
  text          text NOT NULL CHECK (octet_length(text) BETWEEN 1 AND 4000),
  actor         text NOT NULL,
  actor_key_id  text NOT NULL,
  request_id    text COLLATE "C",
  written_at    timestamptz NOT NULL,
  PRIMARY KEY (site_id, comment_id, note_id)
);
CREATE UNIQUE INDEX comment_notes_by_request ON replyguard.comment_notes (site_id, comment_id, request_id)
  WHERE request_id IS NOT NULL;

-- For the operators. It ends with the item.
ALTER TABLE replyguard.queue_items ADD COLUMN escalated_at timestamptz;
ALTER TABLE replyguard.queue_items ADD COLUMN escalated_by text;
ALTER TABLE replyguard.queue_items ADD COLUMN escalation text;
ALTER TABLE replyguard.queue_items ADD CONSTRAINT queue_items_escalated
  CHECK ((escalated_at IS NULL) = (escalated_by IS NULL) AND (escalated_at IS NULL) = (escalation IS NULL));
CREATE INDEX queue_items_escalated ON replyguard.queue_items (site_id, entered_at, comment_id) WHERE escalated_at IS NOT NULL;

-- Decisions about many comments: what a preview pinned, and how far it is. action is null until it is applied.
CREATE TABLE replyguard.bulks (
  site_id        bigint NOT NULL,
  bulk_id        uuid NOT NULL,
  comment_ids    uuid[] NOT NULL,
  revisions      bigint[] NOT NULL,
  actor          text NOT NULL,
  actor_key_id   text NOT NULL,
  created_at     timestamptz NOT NULL,
  applied_at     timestamptz,
  action         smallint CHECK (action BETWEEN 1 AND 4),
  teaches        boolean NOT NULL DEFAULT false,
  reason_code    text NOT NULL DEFAULT '',
  -- Of comment_ids, how many have been tried; and of its decisions, in their order, how many to be undone.
  tried_count    integer NOT NULL DEFAULT 0,
  skipped_count  integer NOT NULL DEFAULT 0,
  undo_begun     boolean NOT NULL DEFAULT false,
  undo_after     uuid,
  PRIMARY KEY (site_id, bulk_id),
  CHECK (cardinality(comment_ids) = cardinality(revisions)),
  CHECK ((action IS NULL) = (applied_at IS NULL))
);
CREATE INDEX bulks_applied ON replyguard.bulks (site_id, bulk_id) WHERE applied_at IS NOT NULL;
CREATE INDEX bulks_previewed ON replyguard.bulks (site_id, created_at) WHERE applied_at IS NULL;
ALTER TABLE replyguard.decisions ADD COLUMN bulk_id uuid;
CREATE INDEX decisions_by_bulk ON replyguard.decisions (site_id, bulk_id, decision_id) WHERE bulk_id IS NOT NULL;

-- A site's own list; without rows the service's serves.
CREATE TABLE replyguard.reason_codes (
  site_id          bigint NOT NULL,
  code             text COLLATE "C" NOT NULL,
  place            integer NOT NULL,
  label            text NOT NULL,
  actions          smallint[] NOT NULL,
  shown_to_author  boolean NOT NULL,
  PRIMARY KEY (site_id, code)
);

-- Acts of people beside decisions. Append-only. site_id 0: of no site. kind and act are the service's.
CREATE TABLE replyguard.audit_events (
  site_id       bigint NOT NULL,
  event_id      uuid NOT NULL,
  kind          smallint NOT NULL,
  act           text NOT NULL,
  subject       text NOT NULL,
  actor         text NOT NULL,
  actor_key_id  text NOT NULL,
  summary       text NOT NULL,
  created_at    timestamptz NOT NULL,
  PRIMARY KEY (site_id, event_id)
);

GRANT SELECT, INSERT, UPDATE, DELETE ON replyguard.comment_terms, replyguard.comments_to_index, replyguard.spam_folder
  TO replyguard_app;
GRANT SELECT, INSERT, DELETE ON replyguard.comment_notes, replyguard.reason_codes TO replyguard_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON replyguard.bulks TO replyguard_app;
GRANT SELECT, INSERT ON replyguard.audit_events TO replyguard_app;

INSERT INTO replyguard.spam_folder (site_id, comment_id, status)
SELECT c.site_id, c.comment_id, c.status FROM replyguard.comments c WHERE c.status IN (3, 4);
INSERT INTO replyguard.comments_to_index (site_id, comment_id)
SELECT c.site_id, c.comment_id FROM replyguard.comments c WHERE c.status <> 5;
