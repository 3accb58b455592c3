-- The blind sample: comments that the machine decided alone and that were drawn to be judged by people who do not see what
-- it said. A row stays when the comment is judged: labels weigh by it. Append-only.
CREATE TABLE replyguard.blind_samples (
  site_id                bigint NOT NULL,
  comment_id             uuid NOT NULL,
  -- With which it was drawn, whatever the site's rate is by now.
  inclusion_probability  double precision NOT NULL CHECK (inclusion_probability > 0 AND inclusion_probability <= 1),
  drawn_at               timestamptz NOT NULL,
  PRIMARY KEY (site_id, comment_id)
);
GRANT SELECT, INSERT ON replyguard.blind_samples TO replyguard_app;

-- What a label would teach; greater is more. Items drawn blind (cause 5) have no probability, the largest uncertainty and no
-- usefulness in their row: neither a filter nor an order tells what the machine said of them.
ALTER TABLE replyguard.queue_items ADD COLUMN usefulness integer NOT NULL DEFAULT 0;

-- Two queues in one table, as neither may cost more when the other is long.
DROP INDEX replyguard.queue_items_by_time, replyguard.queue_items_by_uncertainty;
CREATE INDEX queue_items_by_time ON replyguard.queue_items (site_id, entered_at, comment_id) WHERE cause <> 5;
CREATE INDEX queue_items_by_uncertainty ON replyguard.queue_items (site_id, uncertainty, entered_at, comment_id)
  WHERE cause <> 5;
CREATE INDEX queue_items_by_usefulness ON replyguard.queue_items (site_id, usefulness, entered_at, comment_id)
  WHERE cause <> 5;
CREATE INDEX queue_items_blind ON replyguard.queue_items (site_id, entered_at, comment_id) WHERE cause = 5;
