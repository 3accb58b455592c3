-- An event that is told again and refused is tried again at its own times: what is new does not wait for it.
ALTER TABLE replyguard.webhook_redeliveries
  ADD COLUMN failures integer NOT NULL DEFAULT 0,
  ADD COLUMN due_at timestamptz NOT NULL DEFAULT clock_timestamp();
GRANT UPDATE (failures, due_at) ON replyguard.webhook_redeliveries TO replyguard_app;
