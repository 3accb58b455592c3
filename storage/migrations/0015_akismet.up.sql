-- What the Akismet protocol counts: by key, blog (its host) and day (UTC). Servers add what they have counted every few
-- seconds, so that a check waits for no row.
CREATE TABLE replyguard.akismet_usage (
  site_id          bigint NOT NULL,
  key_id           text COLLATE "C" NOT NULL,
  day              date NOT NULL,
  blog             text COLLATE "C" NOT NULL CHECK (octet_length(blog) <= 253),
  api_calls        bigint NOT NULL,
  spam             bigint NOT NULL,
  ham              bigint NOT NULL,
  missed_spam      bigint NOT NULL,
  false_positives  bigint NOT NULL,
  PRIMARY KEY (site_id, key_id, day, blog)
) WITH (fillfactor = 50);

-- API keys that are sent back to the website with a callback, sealed under a secret that is not in the database.
CREATE TABLE replyguard.sealed_keys (
  site_id    bigint NOT NULL,
  key_id     text COLLATE "C" NOT NULL,
  sealed     bytea NOT NULL CHECK (octet_length(sealed) <= 256),
  sealed_at  timestamptz NOT NULL,
  PRIMARY KEY (site_id, key_id)
);

-- Where a website wants to hear what people decide about a comment. due_at is set while something is to be told; taking the
-- row to tell it moves due_at ahead, and `version` says whether there is news since it was taken.
CREATE TABLE replyguard.akismet_callbacks (
  site_id     bigint NOT NULL,
  comment_id  uuid NOT NULL,
  key_id      text COLLATE "C" NOT NULL,
  url         text NOT NULL CHECK (octet_length(url) BETWEEN 1 AND 500),
  created_at  timestamptz NOT NULL,
  version     bigint NOT NULL DEFAULT 0,
  due_at      timestamptz,
  attempts    integer NOT NULL DEFAULT 0,
  told_at     timestamptz,
  last_error  text NOT NULL DEFAULT '' CHECK (octet_length(last_error) <= 200),
  PRIMARY KEY (site_id, comment_id)
) WITH (fillfactor = 80);
CREATE INDEX akismet_callbacks_due ON replyguard.akismet_callbacks (due_at) WHERE due_at IS NOT NULL;
CREATE INDEX akismet_callbacks_by_time ON replyguard.akismet_callbacks (created_at);

-- How far the event log of a site has been searched for decisions that callbacks wait for. Only sites that use them.
CREATE TABLE replyguard.callback_cursors (
  site_id   bigint PRIMARY KEY,
  sequence  bigint NOT NULL
);

GRANT SELECT, INSERT, UPDATE ON replyguard.akismet_usage, replyguard.sealed_keys, replyguard.callback_cursors
  TO replyguard_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON replyguard.akismet_callbacks TO replyguard_app;
