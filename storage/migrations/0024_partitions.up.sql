-- Lays the large tables of sites out as p_count hash partitions by site_id each, or as plain tables again (0): what grows with the
-- comments, in one transaction, with its rows, indexes, constraints, triggers and grants under the names that they have. Every
-- statement goes on as before, by the tables' own names: the application needs nothing on a partition.
CREATE FUNCTION replyguard.partitioned_tables() RETURNS text[]
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
  SELECT '{comments,comment_terms,spam_folder,decisions,labels,events}'::text[]
$$;
CREATE FUNCTION replyguard.partition_table(p_table text, p_count integer) RETURNS bigint
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  v_old regclass := format('replyguard.%I', p_table)::regclass;
  v_options text := '';
  v_after text[];
  v_statement text;
  v_rows bigint;
BEGIN
  EXECUTE format('LOCK TABLE %s IN ACCESS EXCLUSIVE MODE', v_old);
  SELECT ' WITH (' || array_to_string(c.reloptions, ', ') || ')' INTO v_options FROM pg_class c
  WHERE c.oid = v_old OR c.oid IN (SELECT i.inhrelid FROM pg_inherits i WHERE i.inhparent = v_old)
  ORDER BY c.reloptions IS NULL LIMIT 1;
  SELECT array_agg(s.sql ORDER BY s.place, s.sql) INTO v_after FROM (
    SELECT 1, format('ALTER TABLE replyguard.%I ADD CONSTRAINT %I %s', p_table, c.conname, pg_get_constraintdef(c.oid))
    FROM pg_constraint c WHERE c.conrelid = v_old AND c.contype IN ('p', 'u')
    UNION ALL
    -- Of a partitioned one it says ON ONLY, which would leave the partitions' to be attached by hand.
    SELECT 2, replace(pg_get_indexdef(i.indexrelid), ' ON ONLY ', ' ON ') FROM pg_index i
    WHERE i.indrelid = v_old AND NOT EXISTS (SELECT 1 FROM pg_constraint c WHERE c.conindid = i.indexrelid)
    UNION ALL
    SELECT 3, pg_get_triggerdef(t.oid) FROM pg_trigger t WHERE t.tgrelid = v_old AND NOT t.tgisinternal
    UNION ALL
    SELECT 4, format('GRANT %s ON replyguard.%I TO %I', a.privilege_type, p_table, a.grantee::regrole::text)
    FROM pg_class c, aclexplode(c.relacl) a WHERE c.oid = v_old AND a.grantee <> c.relowner
  ) AS s (place, sql);
  EXECUTE format('ALTER TABLE %s SET SCHEMA replyguard_moving', v_old);
  EXECUTE format('CREATE TABLE replyguard.%I (LIKE replyguard_moving.%I INCLUDING ALL EXCLUDING INDEXES)%s', p_table, p_table,
    CASE WHEN p_count = 0 THEN coalesce(v_options, '') ELSE ' PARTITION BY HASH (site_id)' END);
  FOR i IN 0 .. p_count - 1 LOOP
    EXECUTE format('CREATE TABLE replyguard.%I PARTITION OF replyguard.%I FOR VALUES WITH (MODULUS %s, REMAINDER %s)%s',
      format('%s_%s_of_%s', p_table, i, p_count), p_table, p_count, i, coalesce(v_options, ''));
  END LOOP;
  EXECUTE format('INSERT INTO replyguard.%I SELECT * FROM replyguard_moving.%I', p_table, p_table);
  GET DIAGNOSTICS v_rows = ROW_COUNT;
  EXECUTE format('DROP TABLE replyguard_moving.%I', p_table);
  FOREACH v_statement IN ARRAY v_after LOOP
    EXECUTE v_statement;
  END LOOP;
  EXECUTE format('ANALYZE replyguard.%I', p_table);
  RETURN v_rows;
END
$$;
-- Answers how many rows it moved; none when it is so already.
CREATE FUNCTION replyguard.partition_sites(p_count integer) RETURNS bigint
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  v_table text;
  v_rows bigint := 0;
BEGIN
  IF p_count IS NULL OR p_count NOT BETWEEN 0 AND 256 THEN
    RAISE EXCEPTION 'the number of partitions is 0 to 256' USING ERRCODE = 'invalid_parameter_value';
  END IF;
  CREATE SCHEMA replyguard_moving;
  FOREACH v_table IN ARRAY replyguard.partitioned_tables() LOOP
    CONTINUE WHEN p_count = (SELECT count(*) FROM pg_inherits i WHERE i.inhparent = format('replyguard.%I', v_table)::regclass);
    v_rows := v_rows + replyguard.partition_table(v_table, p_count);
  END LOOP;
  DROP SCHEMA replyguard_moving;
  RETURN v_rows;
END
$$;
REVOKE ALL ON FUNCTION replyguard.partition_table(text, integer), replyguard.partition_sites(integer) FROM PUBLIC;
