-- Part of deploy/restore's transaction.

-- Sessions that were ended and links that were used after the backup must not be good again: nobody is signed in, and who was invited
-- is invited anew.
DO $$
BEGIN
  IF to_regclass('replyguard.sessions') IS NOT NULL THEN
    DELETE FROM replyguard.sessions;
    DELETE FROM replyguard.account_links;
  END IF;
END $$;

-- Servers that ran meanwhile have seen this revision, with what was changed and lost after it (a key that is gone was good until its
-- server ended): it moves by chance, as at every change.
UPDATE replyguard.config_head SET revision = revision + 1 + floor(random() * 1073741824)::bigint;

-- Every event gets a number that no event has had, and what counts by them moves along.
--
-- Events that were told after the backup have numbers which the restored log would use again for others: receivers would skip those as
-- told (webhook-id holds the number), and cursors of then would miss them. So a site's oldest event gets a number by the clock, whatever
-- it had: the same backup may be restored twice, at once, and backups of what was restored may be. 2^20 a second is more than a site
-- tells and more than is restored, and stays below 2^53, which JavaScript counts exactly, until the year 2242. Where the clock is behind
-- what was told already, they move by chance.
DO $$
DECLARE
  v_place record;
  v_now CONSTANT bigint := floor(extract(epoch FROM clock_timestamp()) * 1048576)::bigint;
BEGIN
  CREATE TEMPORARY TABLE moved_events ON COMMIT DROP AS
    SELECT h.site_id, CASE WHEN v_now > h.event_seq THEN v_now - h.event_oldest
      ELSE 4294967296 + floor(random() * 1099511627776)::bigint END AS beyond
    FROM replyguard.site_heads h;
  FOR v_place IN
    SELECT c.table_name, c.column_name FROM information_schema.columns c
    JOIN (VALUES ('site_heads', 'event_seq'), ('site_heads', 'event_oldest'), ('events', 'sequence'), ('callback_cursors', 'sequence'),
      ('webhooks', 'sequence'), ('webhook_attempts', 'sequence'), ('webhook_redeliveries', 'sequence')) AS ours (table_name, column_name)
      USING (table_name, column_name)
    WHERE c.table_schema = 'replyguard'  -- backups of older schemas have fewer
  LOOP
    EXECUTE format('UPDATE replyguard.%1$I t SET %2$I = t.%2$I + m.beyond FROM pg_temp.moved_events m WHERE m.site_id = t.site_id',
      v_place.table_name, v_place.column_name);
  END LOOP;
  -- A site that was made after the backup and is made anew begins there, too.
  EXECUTE format('ALTER TABLE replyguard.site_heads ALTER COLUMN event_seq SET DEFAULT %s, ALTER COLUMN event_oldest SET DEFAULT %s',
    v_now, v_now + 1);
END $$;
