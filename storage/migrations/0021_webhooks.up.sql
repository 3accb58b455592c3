-- Where the backend of a site is told its events. The event log is the outbox: a webhook is a cursor in it. Taking one moves due_at
-- to the end of the lease; `lease` grows whenever somebody takes or changes it. Secrets are sealed under a key that is not here.
CREATE TABLE replyguard.webhooks (
  site_id            bigint NOT NULL,
  webhook_id         uuid NOT NULL,
  url                text NOT NULL CHECK (octet_length(url) BETWEEN 1 AND 500),
  types              integer NOT NULL CHECK (types > 0),
  state              smallint NOT NULL CHECK (state BETWEEN 1 AND 2),
  pause_reason       text NOT NULL DEFAULT '' CHECK (octet_length(pause_reason) <= 300),
  secret             bytea NOT NULL CHECK (octet_length(secret) <= 256),
  secret_made_at     timestamptz NOT NULL,
  old_secret         bytea CHECK (octet_length(old_secret) <= 256),
  old_secret_made_at timestamptz,
  created_at         timestamptz NOT NULL,
  sequence           bigint NOT NULL,
  failures           integer NOT NULL DEFAULT 0,
  failing_since      timestamptz,
  last_error         text NOT NULL DEFAULT '' CHECK (octet_length(last_error) <= 200),
  due_at             timestamptz NOT NULL,
  lease              bigint NOT NULL DEFAULT 0,
  attempts           bigint NOT NULL DEFAULT 0,
  PRIMARY KEY (site_id, webhook_id),
  CHECK ((old_secret IS NULL) = (old_secret_made_at IS NULL))
) WITH (fillfactor = 50);

-- The last attempts of each, numbered by webhooks.attempts.
CREATE TABLE replyguard.webhook_attempts (
  site_id       bigint NOT NULL,
  webhook_id    uuid NOT NULL,
  attempt       bigint NOT NULL,
  sequence      bigint NOT NULL,
  attempted_at  timestamptz NOT NULL,
  status        integer NOT NULL,
  error         text NOT NULL CHECK (octet_length(error) <= 200),
  duration_ms   bigint NOT NULL,
  redelivery    boolean NOT NULL,
  PRIMARY KEY (site_id, webhook_id, attempt),
  FOREIGN KEY (site_id, webhook_id) REFERENCES replyguard.webhooks ON DELETE CASCADE
);

-- Events that an operator wants told again.
CREATE TABLE replyguard.webhook_redeliveries (
  site_id     bigint NOT NULL,
  webhook_id  uuid NOT NULL,
  sequence    bigint NOT NULL,
  PRIMARY KEY (site_id, webhook_id, sequence),
  FOREIGN KEY (site_id, webhook_id) REFERENCES replyguard.webhooks ON DELETE CASCADE
);

GRANT SELECT, INSERT, UPDATE, DELETE ON replyguard.webhooks TO replyguard_app;
GRANT SELECT, INSERT, DELETE ON replyguard.webhook_attempts, replyguard.webhook_redeliveries TO replyguard_app;
