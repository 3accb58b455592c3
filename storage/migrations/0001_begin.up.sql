-- The first schema. Two classes of tables, which tests/storage knows both:
--   global  sites, api_keys, hmac_keys, label_head, checkpoints, config_head, schema_migrations
--   site    every other; each primary and unique key begins with site_id, so that they partition and distribute by site
-- Enumerations are the numbers of storage/enums.h.
--
-- There is no foreign key from the tables on the path of a submission (comments, queue_items, events): the check would
-- lock the referenced row once a submission, and a busy thread or site would become a point of contention. Threads and
-- sites are never deleted, and only storage writes.

CREATE TABLE replyguard.sites (
  site_id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  slug             text COLLATE "C" NOT NULL UNIQUE CHECK (slug ~ '^[a-z0-9]([a-z0-9-]{0,38}[a-z0-9])?$'),
  display_name     text NOT NULL,
  languages        text[] NOT NULL,
  policy           jsonb NOT NULL CHECK (jsonb_typeof(policy) = 'object'),
  policy_revision  bigint NOT NULL DEFAULT 1,
  revision         bigint NOT NULL DEFAULT 1,
  created_at       timestamptz NOT NULL,
  updated_at       timestamptz NOT NULL
);

-- One row: grows with every change of sites, rules and keys, so that caches know when to read again.
CREATE TABLE replyguard.config_head (
  only_row  boolean PRIMARY KEY DEFAULT true CHECK (only_row),
  revision  bigint NOT NULL
);
INSERT INTO replyguard.config_head (revision) VALUES (1);

CREATE TABLE replyguard.api_keys (
  key_id        text COLLATE "C" PRIMARY KEY CHECK (key_id ~ '^[0-9a-f]{16}$'),
  secret_hash   bytea NOT NULL CHECK (octet_length(secret_hash) BETWEEN 16 AND 64),
  display_name  text NOT NULL,
  role          smallint NOT NULL CHECK (role BETWEEN 1 AND 3),
  site_id       bigint REFERENCES replyguard.sites (site_id),
  created_at    timestamptz NOT NULL,
  expires_at    timestamptz,
  revoked_at    timestamptz,
  CHECK (role <> 1 OR site_id IS NOT NULL)
);
CREATE INDEX api_keys_by_time ON replyguard.api_keys (created_at DESC, key_id DESC);

CREATE TABLE replyguard.hmac_keys (
  key_id       integer PRIMARY KEY,
  fingerprint  text NOT NULL,
  created_at   timestamptz NOT NULL
);

-- One row: the newest position of the label log. A transaction that labels locks it as its last step and holds it until
-- it commits; so positions have no gaps (a rollback gives its numbers back) and become visible in their order.
CREATE TABLE replyguard.label_head (
  only_row  boolean PRIMARY KEY DEFAULT true CHECK (only_row),
  position  bigint NOT NULL
);
INSERT INTO replyguard.label_head (position) VALUES (0);

CREATE TABLE replyguard.checkpoints (
  checkpoint_id      bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  position           bigint NOT NULL,
  extractor_version  integer NOT NULL,
  epoch              bigint NOT NULL,
  checksum           text NOT NULL,
  bytes              bytea NOT NULL,
  created_at         timestamptz NOT NULL DEFAULT now(),
  UNIQUE (extractor_version, position, epoch)
);
-- The bytes are compressed already.
ALTER TABLE replyguard.checkpoints ALTER COLUMN bytes SET STORAGE EXTERNAL;

-- One row a site: the newest number of its event log (locked like label_head), the oldest that is kept, and how far
-- request_ids have been forgotten.
CREATE TABLE replyguard.site_heads (
  site_id                bigint PRIMARY KEY,
  event_seq              bigint NOT NULL DEFAULT 0,
  event_oldest           bigint NOT NULL DEFAULT 1,
  request_ids_forgotten  uuid NOT NULL DEFAULT '00000000-0000-0000-0000-000000000000'
) WITH (fillfactor = 50);

CREATE TABLE replyguard.threads (
  site_id       bigint NOT NULL,
  thread_id     uuid NOT NULL,
  thread_key    text COLLATE "C" NOT NULL CHECK (octet_length(thread_key) BETWEEN 1 AND 200),
  uri           text NOT NULL,
  title         text NOT NULL,
  state         smallint NOT NULL CHECK (state BETWEEN 1 AND 2),
  published_at  timestamptz,
  created_at    timestamptz NOT NULL,
  revision      bigint NOT NULL DEFAULT 1,
  PRIMARY KEY (site_id, thread_id),
  UNIQUE (site_id, thread_key)
);

CREATE TABLE replyguard.comments (
  site_id              bigint NOT NULL,
  comment_id           uuid NOT NULL,
  thread_id            uuid NOT NULL,
  parent_id            uuid,
  author_name          text NOT NULL,
  author_email_masked  text NOT NULL,
  author_email_domain  text NOT NULL,
  author_hash          bytea,
  hmac_key_id          integer NOT NULL,
  author_url           text NOT NULL,
  author_verified      boolean NOT NULL,
  body                 text NOT NULL,
  body_masked          boolean NOT NULL,
  body_hash            bytea,
  ip_masked            text NOT NULL,
  ip_hash              bytea,
  user_agent           text NOT NULL,
  referrer             text NOT NULL,
  language             text NOT NULL,
  context              jsonb NOT NULL,
  status               smallint NOT NULL CHECK (status BETWEEN 1 AND 5),
  status_source        smallint NOT NULL CHECK (status_source BETWEEN 1 AND 3),
  status_at            timestamptz NOT NULL,
  submitted_at         timestamptz NOT NULL,
  -- The server's clock at the receipt: the time in comment_id.
  received_at          timestamptz NOT NULL,
  edited_at            timestamptz,
  revision             bigint NOT NULL DEFAULT 1,
  report_count         integer NOT NULL DEFAULT 0,
  request_id           text COLLATE "C",
  request_fingerprint  bytea,
  verdict              smallint NOT NULL CHECK (verdict BETWEEN 1 AND 3),
  blatant              boolean NOT NULL,
  probability          double precision CHECK (probability BETWEEN 0 AND 1),
  score                bigint,
  model_id             text NOT NULL,
  policy_revision      bigint NOT NULL,
  assessed_at          timestamptz NOT NULL,
  assessment_details   jsonb NOT NULL,
  -- Set by the first edit: the same fields as they were said first.
  first_assessment     jsonb,
  PRIMARY KEY (site_id, comment_id),
  CHECK ((request_id IS NULL) = (request_fingerprint IS NULL))
) WITH (fillfactor = 90, autovacuum_vacuum_insert_scale_factor = 0.05, autovacuum_analyze_scale_factor = 0.02);
-- comment_id is a version 7 UUID: it sorts by the time of receipt. No index holds a column that decisions change, so
-- that they stay heap-only. History is read by received_at, not by comment_id: the planner would take the primary key
-- for that order and read the whole site for an author who is new. For the same reason only the primary key holds
-- comment_id.
CREATE UNIQUE INDEX comments_by_request ON replyguard.comments (site_id, request_id) WHERE request_id IS NOT NULL;
CREATE INDEX comments_by_thread ON replyguard.comments (site_id, thread_id, received_at);
CREATE INDEX comments_by_author ON replyguard.comments (site_id, author_hash, received_at) WHERE author_hash IS NOT NULL;
CREATE INDEX comments_by_ip ON replyguard.comments (site_id, ip_hash, received_at) WHERE ip_hash IS NOT NULL;
CREATE INDEX comments_by_body ON replyguard.comments (site_id, body_hash, received_at) WHERE body_hash IS NOT NULL;

-- What waits for a moderator, and nothing else. author_id and ip_id are the first 16 bytes of the comment's hashes.
CREATE TABLE replyguard.queue_items (
  site_id                bigint NOT NULL,
  comment_id             uuid NOT NULL,
  thread_id              uuid NOT NULL,
  author_id              bytea,
  ip_id                  bytea,
  cause                  smallint NOT NULL CHECK (cause BETWEEN 1 AND 5),
  entered_at             timestamptz NOT NULL,
  probability            double precision,
  uncertainty            double precision NOT NULL,
  inclusion_probability  double precision,
  lease_token            text,
  lease_holder           text,
  lease_until            timestamptz,
  PRIMARY KEY (site_id, comment_id),
  CHECK ((lease_token IS NULL) = (lease_until IS NULL))
) WITH (fillfactor = 80, autovacuum_vacuum_scale_factor = 0.02);
CREATE INDEX queue_items_by_time ON replyguard.queue_items (site_id, entered_at, comment_id);
CREATE INDEX queue_items_by_uncertainty ON replyguard.queue_items (site_id, uncertainty, entered_at, comment_id);

-- The audit trail. Append-only.
CREATE TABLE replyguard.decisions (
  site_id             bigint NOT NULL,
  decision_id         uuid NOT NULL,
  comment_id          uuid NOT NULL,
  action              smallint NOT NULL CHECK (action BETWEEN 1 AND 5),
  actor               text NOT NULL,
  actor_key_id        text NOT NULL,
  from_status         smallint NOT NULL,
  from_status_source  smallint NOT NULL,
  from_status_at      timestamptz NOT NULL,
  from_report_count   integer NOT NULL,
  to_status           smallint NOT NULL,
  to_status_source    smallint NOT NULL,
  teaches             boolean NOT NULL,
  reason_code         text NOT NULL,
  note                text NOT NULL,
  undoes              uuid,
  revision            bigint NOT NULL,
  decided_at          timestamptz NOT NULL,
  -- For an exact undo: the position of the label in force before it (0: none), and the place in the queue it had.
  label_before        bigint NOT NULL,
  queue_before        jsonb,
  PRIMARY KEY (site_id, decision_id)
);
CREATE INDEX decisions_by_comment ON replyguard.decisions (site_id, comment_id, decision_id);
CREATE INDEX decisions_by_actor ON replyguard.decisions (site_id, actor_key_id, decision_id);
CREATE INDEX decisions_by_time ON replyguard.decisions (site_id, decided_at);

-- The label log. Append-only; numbered by label_head over all sites. label 0 is a retraction. previous_position points to
-- the entry that was in force before, or 0.
CREATE TABLE replyguard.labels (
  site_id            bigint NOT NULL,
  position           bigint NOT NULL,
  sample_id          text COLLATE "C" NOT NULL,
  source             smallint NOT NULL CHECK (source BETWEEN 1 AND 3),
  label              smallint NOT NULL CHECK (label BETWEEN 0 AND 2),
  previous_label     smallint NOT NULL CHECK (previous_label BETWEEN 0 AND 2),
  previous_position  bigint NOT NULL,
  sample             jsonb,
  erased             boolean NOT NULL DEFAULT false,
  labelled_by        text NOT NULL,
  decision_id        uuid,
  labelled_at        timestamptz NOT NULL,
  PRIMARY KEY (site_id, position),
  CHECK (label <> 0 OR previous_label <> 0),
  CHECK ((previous_label = 0) = (previous_position = 0)),
  CHECK ((label = 0) = (sample IS NULL) OR erased)
);
CREATE INDEX labels_by_position ON replyguard.labels (position);
CREATE INDEX labels_by_sample ON replyguard.labels (site_id, sample_id, position);

-- Samples to be blanked once no stored model needs them: those of a sample up to its retraction. Append-only.
CREATE TABLE replyguard.label_erasures (
  site_id     bigint NOT NULL,
  position    bigint NOT NULL,
  sample_id   text COLLATE "C" NOT NULL,
  asked_at    timestamptz NOT NULL,
  PRIMARY KEY (site_id, position)
);

-- The outbox. Append-only but for pruning.
CREATE TABLE replyguard.events (
  site_id          bigint NOT NULL,
  sequence         bigint NOT NULL,
  type             smallint NOT NULL CHECK (type BETWEEN 1 AND 5),
  comment_id       uuid,
  thread_id        uuid NOT NULL,
  status           smallint,
  previous_status  smallint,
  reason_code      text NOT NULL DEFAULT '',
  decision_id      uuid,
  created_at       timestamptz NOT NULL,
  PRIMARY KEY (site_id, sequence)
);

CREATE TABLE replyguard.reports (
  site_id        bigint NOT NULL,
  comment_id     uuid NOT NULL,
  reporter_hash  bytea NOT NULL,
  reason_code    text NOT NULL,
  note           text NOT NULL,
  reported_at    timestamptz NOT NULL,
  PRIMARY KEY (site_id, comment_id, reporter_hash)
);
CREATE INDEX reports_by_reporter ON replyguard.reports (site_id, reporter_hash, reported_at);

CREATE TABLE replyguard.rules (
  site_id         bigint NOT NULL,
  rule_id         uuid NOT NULL,
  kind            smallint NOT NULL CHECK (kind BETWEEN 1 AND 4),
  action          smallint NOT NULL CHECK (action BETWEEN 1 AND 4),
  pattern         text NOT NULL CHECK (octet_length(pattern) <= 500),
  reason          text NOT NULL,
  log_only        boolean NOT NULL,
  expires_at      timestamptz,
  creator_key_id  text NOT NULL,
  created_at      timestamptz NOT NULL,
  PRIMARY KEY (site_id, rule_id)
);
