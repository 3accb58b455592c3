-- Generations: ways of folding the label log. A generation leaves out the labels of some keys; 1 leaves out nothing and is what
-- every installation begins with. Global tables, both append-only: a generation never changes, and which one is active is
-- the newest row of activations.
CREATE TABLE replyguard.generations (
  generation   bigint PRIMARY KEY CHECK (generation > 0),
  excluded     text[] NOT NULL,
  note         text NOT NULL,
  -- What the comparison with the active one said when it was made; the service owns its shape.
  report       text NOT NULL,
  created_by   text NOT NULL,
  created_at   timestamptz NOT NULL
);
INSERT INTO replyguard.generations VALUES (1, '{}', '', '', '', now());

-- kind: 1 the first, 2 activated, 3 rolled back. under is the activation that a rollback goes back to, 0 for none; so
-- rollbacks go back step by step.
CREATE TABLE replyguard.activations (
  activation    bigint PRIMARY KEY CHECK (activation > 0),
  generation    bigint NOT NULL REFERENCES replyguard.generations,
  kind          smallint NOT NULL CHECK (kind BETWEEN 1 AND 3),
  under         bigint NOT NULL,
  forced        boolean NOT NULL,
  activated_by  text NOT NULL,
  activated_at  timestamptz NOT NULL
);
INSERT INTO replyguard.activations VALUES (1, 1, 1, 0, false, '', now());

GRANT SELECT, INSERT ON replyguard.generations, replyguard.activations TO replyguard_app;

-- A stored model is of one generation.
ALTER TABLE replyguard.checkpoints ADD COLUMN generation bigint NOT NULL DEFAULT 1;
ALTER TABLE replyguard.checkpoints DROP CONSTRAINT checkpoints_of_a_model;
ALTER TABLE replyguard.checkpoints
  ADD CONSTRAINT checkpoints_of_a_model UNIQUE (extractor_version, starter, generation, position, epoch);
