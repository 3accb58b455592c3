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

-- Every event gets a number that no event has had, and what counts by them moves along.
--
-- Events that were told after the backup have numbers which the restored log would use again for others: receivers would skip those as
-- told (webhook-id holds the number), and cursors of then would miss them. By the clock, so that the same backup may be restored twice:
-- 2^10 a second is more than a site tells, and leaves the numbers far from what JavaScript counts exactly, and their sum from a bigint.
DO $$
DECLARE
  v_beyond CONSTANT bigint := greatest(4294967296, (extract(epoch FROM clock_timestamp())::bigint << 10)
    - (SELECT coalesce(max(event_seq), 0) FROM replyguard.site_heads));
  v_place record;
BEGIN
  FOR v_place IN
    SELECT c.table_name, c.column_name FROM information_schema.columns c
    JOIN (VALUES ('site_heads', 'event_seq'), ('site_heads', 'event_oldest'), ('events', 'sequence'), ('callback_cursors', 'sequence'),
      ('webhooks', 'sequence'), ('webhook_attempts', 'sequence'), ('webhook_redeliveries', 'sequence')) AS ours (table_name, column_name)
      USING (table_name, column_name)
    WHERE c.table_schema = 'replyguard'  -- backups of older schemas have fewer
  LOOP
    EXECUTE format('UPDATE replyguard.%I SET %I = %I + %s', v_place.table_name, v_place.column_name, v_place.column_name, v_beyond);
  END LOOP;
END $$;
