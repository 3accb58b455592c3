-- The shadow: a generation that scores new comments beside the active one, without effect. Global, append-only: the newest
-- row is in force; without a generation there is none.
CREATE TABLE replyguard.shadow_changes (
  change      bigint PRIMARY KEY CHECK (change > 0),
  generation  bigint REFERENCES replyguard.generations,
  set_by      text NOT NULL,
  set_at      timestamptz NOT NULL
);
GRANT SELECT, INSERT ON replyguard.shadow_changes TO replyguard_app;

-- Comments on which the two differed. The active side is repeated, as it may be edited away in the comment. A row goes with its
-- comment's text.
CREATE TABLE replyguard.shadow_verdicts (
  site_id             bigint NOT NULL,
  comment_id          uuid NOT NULL,
  generation          bigint NOT NULL,
  verdict             smallint NOT NULL CHECK (verdict BETWEEN 1 AND 3),
  probability         double precision,
  score               bigint,
  model_id            text NOT NULL,
  shadow_verdict      smallint NOT NULL CHECK (shadow_verdict BETWEEN 1 AND 3),
  shadow_probability  double precision,
  shadow_score        bigint,
  shadow_model_id     text NOT NULL,
  assessed_at         timestamptz NOT NULL,
  PRIMARY KEY (site_id, comment_id),
  CHECK (verdict <> shadow_verdict)
);
CREATE INDEX shadow_verdicts_by_time ON replyguard.shadow_verdicts (assessed_at);

-- How often which verdicts met, by day (UTC). A connection counts in the row of its slot, so that batches that commit at once do
-- not wait for each other.
CREATE TABLE replyguard.shadow_counts (
  site_id         bigint NOT NULL,
  day             date NOT NULL,
  generation      bigint NOT NULL,
  verdict         smallint NOT NULL,
  shadow_verdict  smallint NOT NULL,
  slot            smallint NOT NULL,
  count           bigint NOT NULL,
  PRIMARY KEY (site_id, day, generation, verdict, shadow_verdict, slot)
) WITH (fillfactor = 50);
GRANT SELECT, INSERT, UPDATE, DELETE ON replyguard.shadow_verdicts, replyguard.shadow_counts TO replyguard_app;

-- cause 6: decided by the machine, and the shadow differs. Such items are no part of the ordinary queue; its indexes leave them
-- out. `shadow` marks every item on which it differs, those that wait anyway too.
ALTER TABLE replyguard.queue_items ADD COLUMN shadow boolean NOT NULL DEFAULT false;
ALTER TABLE replyguard.queue_items DROP CONSTRAINT queue_items_cause_check;
ALTER TABLE replyguard.queue_items ADD CONSTRAINT queue_items_cause_check CHECK (cause BETWEEN 1 AND 6);
DROP INDEX replyguard.queue_items_by_time, replyguard.queue_items_by_uncertainty, replyguard.queue_items_by_usefulness;
CREATE INDEX queue_items_by_time ON replyguard.queue_items (site_id, entered_at, comment_id)
  WHERE cause <> 5 AND cause <> 6;
CREATE INDEX queue_items_by_uncertainty ON replyguard.queue_items (site_id, uncertainty, entered_at, comment_id)
  WHERE cause <> 5 AND cause <> 6;
CREATE INDEX queue_items_by_usefulness ON replyguard.queue_items (site_id, usefulness, entered_at, comment_id)
  WHERE cause <> 5 AND cause <> 6;
CREATE INDEX queue_items_by_shadow ON replyguard.queue_items (site_id, entered_at, comment_id) WHERE shadow;
