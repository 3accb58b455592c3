-- The newest time that each log has: what is written next is never dated before it. Taken under the same row lock as the
-- number, so that numbers and times agree whichever transaction read its clock first.
ALTER TABLE replyguard.site_heads ADD COLUMN newest_at timestamptz NOT NULL DEFAULT 'epoch';
UPDATE replyguard.site_heads h SET newest_at = greatest(
  (SELECT max(d.decided_at) FROM replyguard.decisions d WHERE d.site_id = h.site_id),
  (SELECT max(e.created_at) FROM replyguard.events e WHERE e.site_id = h.site_id),
  h.newest_at);

ALTER TABLE replyguard.label_head ADD COLUMN newest_at timestamptz NOT NULL DEFAULT 'epoch';
UPDATE replyguard.label_head h SET newest_at =
  greatest((SELECT max(l.labelled_at) FROM replyguard.labels l), h.newest_at);
