-- Operations: work that takes longer than a call, done by whichever server holds its lease. A global table. kind, request
-- and response are the service's to shape; state: 1 waiting, 2 running, 3 succeeded, 4 failed, 5 cancelled.
CREATE TABLE replyguard.operations (
  operation         bigint PRIMARY KEY CHECK (operation > 0),
  kind              smallint NOT NULL,
  scope             text NOT NULL,
  request           text NOT NULL,
  created_by        text NOT NULL,
  created_at        timestamptz NOT NULL,
  started_at        timestamptz,
  ended_at          timestamptz,
  state             smallint NOT NULL CHECK (state BETWEEN 1 AND 5),
  revision          bigint NOT NULL,
  stage             text NOT NULL,
  done_count        bigint NOT NULL,
  total_count       bigint NOT NULL,
  cancel_requested  boolean NOT NULL,
  attempt_count     integer NOT NULL,
  -- Who works on it, and until when he need not say so again, by the database's clock.
  runner            text NOT NULL,
  leased_until      timestamptz,
  error_code        integer NOT NULL,
  error_reason      text NOT NULL,
  error_message     text NOT NULL,
  response          text NOT NULL,
  -- What took effect in the transaction that ended it.
  generation        bigint REFERENCES replyguard.generations,
  activation        bigint REFERENCES replyguard.activations,
  CONSTRAINT operations_ended CHECK ((state > 2) = (ended_at IS NOT NULL)),
  CONSTRAINT operations_leased CHECK ((state = 2) = (leased_until IS NOT NULL))
);
CREATE UNIQUE INDEX operations_one_of_a_scope ON replyguard.operations (scope) WHERE state <= 2;

-- Activations that the comparison did not allow. A global table, append-only.
CREATE TABLE replyguard.activation_refusals (
  refusal       bigint PRIMARY KEY CHECK (refusal > 0),
  generation    bigint NOT NULL REFERENCES replyguard.generations,
  active        bigint NOT NULL REFERENCES replyguard.generations,
  attempted_by  text NOT NULL,
  attempted_at  timestamptz NOT NULL,
  -- The figures; the service owns their shape.
  report        text NOT NULL
);

GRANT SELECT, INSERT, UPDATE, DELETE ON replyguard.operations TO replyguard_app;
GRANT SELECT, INSERT ON replyguard.activation_refusals TO replyguard_app;
