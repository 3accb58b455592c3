-- How much one source may teach within 24 hours on a site; 0: no limit.
ALTER TABLE replyguard.sites
  ADD COLUMN by_key_max integer NOT NULL DEFAULT 10000 CHECK (by_key_max >= 0),
  ADD COLUMN of_author_max integer NOT NULL DEFAULT 1000 CHECK (of_author_max >= 0),
  ADD COLUMN of_network_max integer NOT NULL DEFAULT 5000 CHECK (of_network_max >= 0);

-- Which cap keeps a label from teaching (0 none, 1 key, 2 author, 3 network), decided when it is written, so that every fold
-- of the log leaves out the same ones.
ALTER TABLE replyguard.labels ADD COLUMN cap smallint NOT NULL DEFAULT 0 CHECK (cap BETWEEN 0 AND 3);

-- What each source taught lately: people's labels alone.
CREATE INDEX labels_taught_by_key ON replyguard.labels (site_id, labelled_by, labelled_at)
  WHERE source = 1 AND label <> 0 AND cap = 0;
CREATE INDEX labels_taught_of_author ON replyguard.labels (site_id, (sample->>'author_hash'), label, labelled_at)
  WHERE source = 1 AND label <> 0 AND cap = 0;
CREATE INDEX labels_taught_of_network ON replyguard.labels (site_id, (sample->>'ip_hash'), label, labelled_at)
  WHERE source = 1 AND label <> 0 AND cap = 0;
